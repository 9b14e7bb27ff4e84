"""The rows as one transaction sees them: implements engine.ledger.Ledger."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain.audit import Source
from bot.store.rows.actions import ActionRows
from bot.store.rows.alerts import AlertRows
from bot.store.rows.audit import AuditRows
from bot.store.rows.baselines import BaselineRows
from bot.store.rows.bygones import BygoneRows
from bot.store.rows.courses import CourseRows
from bot.store.rows.duties import DutyRows
from bot.store.rows.entries import EntryRows
from bot.store.rows.errors import ErrorRows
from bot.store.rows.groups import GroupRows
from bot.store.rows.history import HistoryRows
from bot.store.rows.homes import HomeRows
from bot.store.rows.incidents import IncidentRows
from bot.store.rows.letters import LetterRows
from bot.store.rows.oncall import CalendarRows, OverrideRows
from bot.store.rows.outbox import CardRows, OutboxRows, PaceRows
from bot.store.rows.readings import ReadingRows
from bot.store.rows.reports import ReportRows
from bot.store.rows.schedule import ScheduleRows
from bot.store.rows.silences import SilenceRows, WindowRows
from bot.store.rows.sites import SiteRows
from bot.store.rows.upkeep import BearerRows, RereadRows
from bot.store.rows.watches import WatchRows


class Rows:
    """Every noun's rows over one connection; `source` is written down with whatever people do."""

    def __init__(self, connection: Connection, source: Source = Source.BOT) -> None:
        self.actions = ActionRows(connection)
        self.alerts = AlertRows(connection)
        self.audit = AuditRows(connection, source)
        self.outbox = OutboxRows(connection)
        self.cards = CardRows(connection)
        self.paces = PaceRows(connection)
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
        self.sites = SiteRows(connection)
        self.watches = WatchRows(connection)
        self.reports = ReportRows(connection)
        self.baselines = BaselineRows(connection)
        self.bearers = BearerRows(connection)
        self.bygones = BygoneRows(connection)
        self.rereads = RereadRows(connection)
