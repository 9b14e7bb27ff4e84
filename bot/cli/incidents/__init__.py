"""Emergencies, in the terminal."""
