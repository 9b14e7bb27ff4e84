"""A rehearsal: what breaks and who does what, and how well it was met."""
