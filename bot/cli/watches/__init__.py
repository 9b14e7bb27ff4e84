"""Watches, their plan and what is judged, in the terminal."""
