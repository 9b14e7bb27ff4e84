"""Playbooks and incidents: the emergency flow of one scenario, and one run of it. Pure."""
