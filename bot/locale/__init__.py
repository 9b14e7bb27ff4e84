"""How sentences are said: English and Simplified Chinese, from one catalogue."""

from bot.locale.speaker import Speaker

__all__ = ["Speaker"]
