"""How sentences are said: English and Simplified Chinese, from one catalogue."""

from bot.locale.speaker import Speaker, speaker_of

__all__ = ["Speaker", "speaker_of"]
