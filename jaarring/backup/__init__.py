"""One file with all that a municipality cannot do without, and the way back from it."""
