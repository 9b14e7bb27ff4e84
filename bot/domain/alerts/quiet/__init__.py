"""Quiet: by silence, by maintenance window, or because the cause of an alert alerts already."""
