"""What the workspace remembers: people, channels, messages, files, views, and what lets the app answer."""
