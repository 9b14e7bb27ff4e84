"""What a gate asks, and how each criterion is judged. What is missing never passes."""
