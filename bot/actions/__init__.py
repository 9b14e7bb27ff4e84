"""Hands on the service: programs and webhooks, each with a time limit; their output holds no secret."""

from bot.actions.workshop import Workshop as Workshop
