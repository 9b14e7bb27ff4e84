"""The fault suite: real bots are killed, cut off and starved; what came of every page is counted in Slack.

`make faults` runs all of it and writes docs/reliability.md; tests/faults runs a part of it.
"""
