"""What was recorded goes through everything that runs live, and nothing is sent."""
