"""What the page asks, and the answers: one small function each, from a `Call` to JSON-ready facts."""
