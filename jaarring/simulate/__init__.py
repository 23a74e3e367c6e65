"""A cycle year of any municipality before it happens: what goes to whom, and when if people do as assumed."""
