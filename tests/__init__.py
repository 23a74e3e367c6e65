"""The promises of Jaarring, a file a room."""
