"""What people see: values in, Block Kit out."""

from bot.slack.cards.blocks import Drawn
from bot.slack.cards.draw import draw

__all__ = ["Drawn", "draw"]
