"""Who carries the pager, in the terminal."""
