"""Playbooks at work: opened, gone through, decided, timed."""
