"""What did not arrive: two people are told at once, in words that no template can break."""
