"""Hands on the service: programs and webhooks, each with a time limit; their output holds no secret."""

from bot.actions.ping import Pinging as Pinging
from bot.actions.workshop import Workshop as Workshop
