"""What is seen of alerts: their cards, groups, pages, silences, types of errors."""
