"""Everything that reaches people beside Slack, through Apprise."""

from bot.channels.couriers import Couriers as Couriers
from bot.channels.faults import faults as faults
