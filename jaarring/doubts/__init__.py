"""When in doubt, hold: nothing goes out until the coordinator has looked."""
