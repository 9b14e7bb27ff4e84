"""What is seen of a watch: its card and list, rounds, verdicts, reports, and the panel."""
