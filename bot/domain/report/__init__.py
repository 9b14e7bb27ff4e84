"""What is reported to people: sections in the plan's own form, composed from facts and signed by people."""
