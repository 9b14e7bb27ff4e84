"""Slack's Web API and response URLs: what the app asks of the workspace."""
