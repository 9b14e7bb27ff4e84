"""Alerts and what keeps them quiet, in the terminal."""
