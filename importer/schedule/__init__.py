"""What makes a computer run a command every night: lines and files for its schedulers."""
