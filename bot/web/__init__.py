"""The bot's own HTTP: is it well, and Slack's events where no Socket Mode is used."""

from bot.web.api import Office
from bot.web.app import SlackEvents, create_app
from bot.web.readiness import Line, Pulse, Readiness
from bot.web.server import Served, WebError, answers_as_vigil, could_listen, serve

__all__ = [
    "Line",
    "Office",
    "Pulse",
    "Readiness",
    "Served",
    "SlackEvents",
    "WebError",
    "answers_as_vigil",
    "could_listen",
    "create_app",
    "serve",
]
