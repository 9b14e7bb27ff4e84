"""What is seen of who is on call, and of a hand-off."""
