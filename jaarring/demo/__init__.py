"""The demo: the cycle 2027 of Elzenwaard, played by people who only fill in forms and type commands."""
