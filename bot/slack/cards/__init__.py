"""What people see: values in, Block Kit out."""

from bot.slack.cards.blocks import Drawn, View
from bot.slack.cards.draw import Drawing, draw, draw_form, draw_home
from bot.slack.cards.forms import CALLBACK

__all__ = ["CALLBACK", "Drawing", "Drawn", "View", "draw", "draw_form", "draw_home"]
