"""What network kinds share: connections with a deadline, HTTP exchanges, whether this machine is online."""
