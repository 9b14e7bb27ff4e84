"""Metrics that are made of other metrics: the small language, and what it comes to."""
