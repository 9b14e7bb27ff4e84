"""What came of a rehearsal, read from what the bot has written down."""
