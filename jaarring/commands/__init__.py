"""The commands of `jaarring`, a module a command: what may follow it, and what it does."""
