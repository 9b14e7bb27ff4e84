"""Other monitors, started on loopback for as long as a benchmark measures them beside Vigil.

Each is a context manager over a temporary folder; none needs root, none leaves anything running.
"""
