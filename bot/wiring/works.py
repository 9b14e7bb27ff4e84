"""Every kind of due work, with the step of the engine that does it."""

from __future__ import annotations

from functools import partial

from bot.engine.acting.perform import run_due
from bot.engine.alerts.escalate import escalate_due
from bot.engine.alerts.groups import tell_due
from bot.engine.alerts.maintenance import keep_windows
from bot.engine.alerts.observe import notice_silence
from bot.engine.delivery.call import call_next
from bot.engine.delivery.deliver import deliver_next
from bot.engine.delivery.enclose import send_files_due
from bot.engine.delivery.review import review_due
from bot.engine.incident.follow import follow_alerts
from bot.engine.incident.tick import tick_due
from bot.engine.ledger import Lane
from bot.engine.measures.answers import TOPIC
from bot.engine.measures.baselines import capture_due
from bot.engine.measures.measure import keep_waiting, measure_due
from bot.engine.measures.remember import tend_due
from bot.engine.oncall.duties import duty_due
from bot.engine.people.home import publish_due
from bot.engine.people.respond import respond_next
from bot.engine.reports.people import remind_due
from bot.engine.watches.entries import carry_out_due
from bot.engine.watches.watch import live_due, redraw_due
from bot.engine.world import World
from bot.scheduler import Work


def works_of(world: World) -> list[Work]:
    deliveries = [
        Work(f"deliver-{lane}", frozenset({lane.value}), partial(deliver_next, world, lane))
        for lane in (Lane.PAGE, Lane.ANSWER, Lane.CARD)
    ]
    # A courier may take its time; the next call does not wait for it.
    calls = [Work(f"call-{n}", frozenset({Lane.CALL.value}), partial(call_next, world)) for n in range(4)]
    return [
        Work("escalate", frozenset({"alerts"}), partial(escalate_due, world)),
        *deliveries,
        *calls,
        Work("respond", frozenset({"letters"}), partial(respond_next, world)),
        Work("silence", frozenset({"silence"}), partial(notice_silence, world)),
        Work("history", frozenset({"history"}), partial(tend_due, world)),
        Work("files", frozenset({Lane.FILE.value}), partial(send_files_due, world)),
        Work("reports", frozenset({"reports"}), partial(remind_due, world)),
        Work("baselines", frozenset({"baselines"}), partial(capture_due, world)),
        Work("entries", frozenset({"entries"}), partial(carry_out_due, world)),
        Work("answers", frozenset({TOPIC}), partial(keep_waiting, world)),
        Work("measure", frozenset({"checks"}), partial(measure_due, world), in_gusts=True),
        Work("watch", frozenset({"watches"}), partial(live_due, world)),
        Work("watch-card", frozenset({"watch-cards"}), partial(redraw_due, world)),
        Work("actions", frozenset({"actions"}), partial(run_due, world)),
        Work("review", frozenset({"reviews"}), partial(review_due, world)),
        Work("groups", frozenset({"groups"}), partial(tell_due, world)),
        Work("maintenance", frozenset({"windows"}), partial(keep_windows, world)),
        Work("alert-news", frozenset({"alert-news"}), partial(follow_alerts, world)),
        Work("incidents", frozenset({"incidents"}), partial(tick_due, world)),
        Work("duties", frozenset({"duties"}), partial(duty_due, world)),
        Work("home", frozenset({"homes"}), partial(publish_due, world)),
    ]
