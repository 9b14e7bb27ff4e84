"""Strict models of Slack's Block Kit: what Slack would refuse is found before it is sent."""

from bot.blockkit.problem import Problem
from bot.blockkit.validation import text_length, validate_message, validate_payload, validate_view, view_size

__all__ = ["Problem", "text_length", "validate_message", "validate_payload", "validate_view", "view_size"]
