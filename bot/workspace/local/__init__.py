"""The people's end: what they do on the page, and what tests and rehearsals ask, under /local."""
