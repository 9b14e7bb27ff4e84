"""How others call what is critical."""

CRITICAL = frozenset(
    {"critical", "crit", "page", "error", "emergency", "alert", "fatal", "high", "disaster", "p0", "p1"}
)
"""What wakes people unless the configuration says otherwise; in lower case."""
