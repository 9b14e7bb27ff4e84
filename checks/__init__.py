"""Questions asked of the world, and their answers. Knows nothing of the bot."""
