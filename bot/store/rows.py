"""The rows as one transaction sees them: implements engine.ledger.Ledger."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain.audit import Source
from bot.store.actions import ActionRows
from bot.store.alerts import AlertRows
from bot.store.audit import AuditRows
from bot.store.baselines import BaselineRows
from bot.store.courses import CourseRows
from bot.store.duties import DutyRows
from bot.store.entries import EntryRows
from bot.store.errors import ErrorRows
from bot.store.groups import GroupRows
from bot.store.history import HistoryRows
from bot.store.homes import HomeRows
from bot.store.incidents import IncidentRows
from bot.store.letters import LetterRows
from bot.store.oncall import CalendarRows, OverrideRows
from bot.store.outbox import CardRows, OutboxRows
from bot.store.readings import ReadingRows
from bot.store.reports import ReportRows
from bot.store.schedule import ScheduleRows
from bot.store.silences import SilenceRows, WindowRows
from bot.store.watches import WatchRows


class Rows:
    """Every noun's rows over one connection; `source` is written down with whatever people do."""

    def __init__(self, connection: Connection, source: Source = Source.BOT) -> None:
        self.actions = ActionRows(connection)
        self.alerts = AlertRows(connection)
        self.audit = AuditRows(connection, source)
        self.outbox = OutboxRows(connection)
        self.cards = CardRows(connection)
        self.letters = LetterRows(connection)
        self.schedule = ScheduleRows(connection)
        self.readings = ReadingRows(connection)
        self.history = HistoryRows(connection)
        self.errors = ErrorRows(connection)
        self.entries = EntryRows(connection)
        self.courses = CourseRows(connection)
        self.groups = GroupRows(connection)
        self.silences = SilenceRows(connection)
        self.windows = WindowRows(connection)
        self.incidents = IncidentRows(connection)
        self.overrides = OverrideRows(connection)
        self.calendars = CalendarRows(connection)
        self.duties = DutyRows(connection)
        self.homes = HomeRows(connection)
        self.watches = WatchRows(connection)
        self.reports = ReportRows(connection)
        self.baselines = BaselineRows(connection)
