"""The vocabulary's models → the domain's frozen values."""
