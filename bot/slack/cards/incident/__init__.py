"""What is seen of an emergency: the playbook, its post-mortem, and what can be done by hand."""
