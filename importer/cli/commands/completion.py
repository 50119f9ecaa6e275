"""`openphone-import completion SHELL`."""

from __future__ import annotations

import sys
from typing import Literal

from importer.cli.options import VoiceOptions  # noqa: TC001 (cyclopts reads the annotations at run time)

HOW_TO = {
    "bash": 'Add this line to ~/.bashrc:\n  eval "$(openphone-import completion bash)"',
    "zsh": "Save it in a folder of $fpath, such as:\n"
    "  openphone-import completion zsh > /usr/local/share/zsh/site-functions/_cyclopts_openphone-import",
    "fish": "Save it where fish looks for completions:\n"
    "  openphone-import completion fish > ~/.config/fish/completions/openphone-import.fish",
    "powershell": "Add this line to the file that $PROFILE names:\n"
    "  openphone-import completion powershell | Out-String | Invoke-Expression",
}
"""What to do with the script of each shell."""


def completion(shell: Literal["bash", "zsh", "fish", "powershell"], /, *, voice: VoiceOptions | None = None) -> int:
    """Print the script that lets your shell complete commands, options, files and columns with Tab.

    On a terminal the script of thousands of lines is of no use, so what to do with it is printed instead.

    Parameters
    ----------
    shell
        Your shell: bash, zsh, fish or powershell.
    """
    from importer.cli.app import build

    if sys.stdout.isatty():
        sys.stdout.write(f"{HOW_TO[shell]}\n")
        return 0
    sys.stdout.write(build().generate_completion(shell=shell))
    return 0
