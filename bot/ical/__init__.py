"""Calendars of shifts: read from iCalendar files and addresses, written for calendar programs."""

from bot.ical.almanac import Almanac as Almanac
from bot.ical.read import IcalError as IcalError
from bot.ical.write import write as write
