"""What Slack would refuse, made into what it takes: shorter, with a note that says so."""

from bot.slack.mending.messages import is_taken, mend, words_of
from bot.slack.mending.views import mend_view

__all__ = ["is_taken", "mend", "mend_view", "words_of"]
