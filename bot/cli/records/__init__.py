"""What is kept: rows, tokens, and who did what."""
