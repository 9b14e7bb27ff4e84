"""What would have happened: events in order of time, and how they differ under another configuration."""
