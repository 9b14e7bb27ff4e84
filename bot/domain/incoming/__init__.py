"""Alerts that others tell of: read from what they send, with the place of what is wrong in it."""
