"""Bad files and the exact lines they are answered with."""

from __future__ import annotations

import textwrap

import pytest

from bot.config import ConfigError, load
from checks.registry import KINDS

LABELS = "write a number and a unit: 500ms, 5s, 10m, 2h, 7d or 2 weeks"

FILES = {
    "nothing at all": ("", ["1: service: is missing; write `service: NAME`"]),
    "a list at the top": ("- service", ["1: must be a mapping; begin with `service: NAME`"]),
    "a mistyped top-level key": (
        "service: orders\ntimzone: UTC",
        ["2: timzone: unknown key `timzone`; did you mean `timezone`?"],
    ),
    "a key that nothing resembles names what there is": (
        "service: orders\nweb: {xyzzy: 1}",
        ["2: web.xyzzy: unknown key `xyzzy`; known: `host`, `ping`, `port`, `rate`"],
    ),
    "a mistyped key deep in a list": (
        """
        service: orders
        checks: {a: {kind: system}}
        checklists:
          hourly:
            - check: a
              on_failur: look
        """,
        ["6: checklists.hourly.0.on_failur: unknown key `on_failur`; did you mean `on_failure`?"],
    ),
    "a plan that is impossible, beside entries that are none": (
        """
        service: orders
        checks: {a: {kind: system}}
        checklists: {all: [a]}
        plan:
          phases:
            - {name: night, day: 1, evry: 30m, checklist: all}
            - {name: morning, day: 2, from: "12:00", to: "04:00", every: 1h, checklist: all}
          milestones: [soon, 1h]
          gates:
            - {at: 7d, criteria: a}
            - {at: 24h, criteria: b}
          routine: {every: 36h, at: "09:00", checklist: all}
        """,
        [
            "6: plan.phases.0.evry: unknown key `evry`; did you mean `every`?",
            '7: plan.phases.1.to: is not later than `from`; write a later time, such as "24:00", or two '
            "phases",
            f"8: plan.milestones.0: 'soon' is not a duration; {LABELS}",
            "11: plan.gates.1.at: is not later than the gate before it (or the deployment); order gates by "
            "time",
            "12: plan.routine.every: is not a whole number of days; write for example `1 week`",
        ],
    ),
    "maintenance that has no calendar, two, or one that ends before it begins": (
        """
        service: orders
        maintenance:
          a: {match: [service=orders]}
          b: {match: [service=orders], cron: "0 3 * *", for: 1h}
          c: {match: [service=orders], from: 2026-01-20T04:00, to: 2026-01-20T02:00}
          d: {from: 2026-01-20T02:00, to: 2026-01-20T04:00}
          e: {match: ["host=~("], days: Mon, from: "25:00", to: "03:00"}
        """,
        [
            "3: maintenance.a: needs `from` and `to`, or `cron` and `for`",
            "4: maintenance.b.cron: `0 3 * *` has 4 fields; write five: minute hour day month weekday",
            "5: maintenance.c: `to` is not later than `from`; with `days` they are times of day",
            "6: maintenance.d.match: is missing; write `match: …`",
            "7: maintenance.e.match.0: `(` is no expression (RE2): missing ): (",
        ],
    ),
    "checks for other sites that none could answer": (
        """
        service: orders
        checks:
          a: {kind: command, run: ["true"], output: exit, site: web-1}
          b: {kind: command, run: ["true"], output: exit, site: [web-1, web-1]}
          c: {kind: command, run: ["true"], output: exit, site: [web-1, web-2], quorum: 3}
          d: {kind: heartbeat, key: 0123456789abcdef, period: 1h, site: web-1}
          e: {kind: command, run: ["true"], output: exit, quorum: 1}
        """,
        [
            "4: checks.b: `site` names one of them twice",
            "5: checks.c: `quorum` is 3, and `site` names 2",
            "6: checks.d: a heartbeat is not asked anywhere, it calls: leave `site` out",
            "7: checks.e: `quorum` is 1, and `site` names 0",
        ],
    ),
    "a check for another site without a database that both reach": (
        """
        service: orders
        checks:
          a: {kind: command, run: ["true"], output: exit, site: web-1}
        """,
        [
            "3: checks.a.site: workers at other sites need PostgreSQL; "
            "set `storage` or DATABASE_URL to postgresql://…"
        ],
    ),
    "a metric made of what is no metric": (
        """
        service: orders
        metrics:
          errors: {}
          requests: {}
          rate: {from: eror / requests}
          left: {from: errors-requests}
          odd: {from: "errors /"}
          slow: {from: errors * 2, window: 5m}
          slower: {from: errors, percentile: 99}
        """,
        [
            "5: metrics.rate.from: there is no metric `eror`; did you mean `errors`?",
            "6: metrics.left.from: there is no metric `errors-requests`; "
            "for a difference write `errors - requests`",
            "7: metrics.odd.from: ends where a metric, a number or `(` should follow",
            "8: metrics.slow: `window` goes with the name of one metric in `from`; "
            "in an expression write `avg(NAME, 5m)` or `percentile(NAME, 99, 5m)`",
            "9: metrics.slower: `percentile` needs a `window`, such as `window: 5m`",
        ],
    ),
    "metrics made of each other, and one that something else feeds": (
        """
        service: orders
        metrics:
          a: {from: b + 1}
          b: {from: "avg(c, 5m)"}
          c: {from: a * 2}
          d: {from: a}
        checks:
          x: {kind: system, metrics: {load: d}}
        """,
        [
            "3: metrics.a.from: is made of itself: `a` → `b` → `c` → `a`",
            "8: checks.x.metrics.load: `d` is made of other metrics (`from`), so nothing can feed it",
        ],
    ),
    "a retention that grows shorter": (
        "service: orders\nretention: {raw: 3d, hourly: 2d}",
        ["2: retention: must grow: `raw` at least 1d, `hourly` at least `raw`, `daily` at least `hourly`"],
    ),
    "a key given twice": (
        """
        service: orders
        metrics:
          cpu: {tier: 2}
          memory: {}
          cpu: {tier: 1}
        """,
        ["5: metrics.cpu: stands here and on line 3; keep one"],
    ),
    "a bracket never closed": (
        "service: orders\nslack: {channel: oncall\nlanguage: en\n",
        ["3: is not YAML: expected ',' or '}', but got ':' (while parsing a flow mapping)"],
    ),
    "a tab": (
        "service: orders\nslack:\n\tchannel: oncall\n",
        [
            "3: is not YAML: found character '\\t' that cannot start any token "
            "(while scanning for the next token)"
        ],
    ),
    "a control character": (
        "service: orders\nlanguage: e\x07n\n",
        ["2: the character U+0007 may not stand in YAML; remove it"],
    ),
    "an escape for no character": (
        'service: "\\UFFFFFFFF"',
        ["1: is not YAML: a `\\U` escape names no character"],
    ),
    "half a character": (
        'service: "\\uD800"',
        ["1: service: holds half a character (a surrogate); write the character itself"],
    ),
    "a tag": (
        "service: !!python/name:os.system x",
        ["1: service: the YAML tag `python/name:os.system` is not known here; write plain text"],
    ),
    "an alias of itself": (
        "service: orders\npeople: &all {lin: *all}",
        ["2: people.lin: is an alias of something it is part of; write it out"],
    ),
    "a list as a key": (
        "service: orders\npeople: {[a, b]: c}",
        ["2: people.?: a key must be a word, not a list or a mapping"],
    ),
    "a number that is no number": (
        f"service: orders\nweb: {{port: {'9' * 5000}}}",
        ["2: web.port: is not a number that can be read; write fewer digits"],
    ),
    "a phone number without quotes": (
        "service: orders\npeople: {lin: {name: Lin, phone: +86123}}",
        ['2: people.lin.phone: must be text; put it in quotes: "…"'],
    ),
    "an empty value": (
        "service: orders\nslack:\n  channel: #oncall\nlanguage:",
        [
            "3: slack.channel: has no value; write the name without `#`, which begins a comment",
            "4: language: has no value; write one, or leave the key out",
        ],
    ),
    "an empty text": (
        "service: orders\npeople: {lin: {name: ''}}",
        ["2: people.lin.name: must not be empty"],
    ),
    "a key with a blank": (
        "service: orders\npeople: {lin wei: {name: Lin}}",
        ["2: people.lin wei: may hold letters, digits, `_`, `-` and `.`, at most 80 of them"],
    ),
    "text where a mapping belongs": (
        "service: orders\nslack: oncall\nmetrics: [cpu]",
        [
            "2: slack: must be a mapping of `key: value`, with the keys `channel`, `language`",
            "3: metrics: must be a mapping of `key: value`",
        ],
    ),
    "limits that contradict each other": (
        """
        service: orders
        metrics:
          a: {target: "< 5", warning: "< 3", critical: "> 10"}
          b: {target: "= 0", critical: ">= 0"}
          c: {warning: "> 10", critical: "> 5"}
          d: {target: "<= 80", warning: ">= 80", critical: "outside 0..90"}
        """,
        [
            "3: metrics.a: 2 would be normal (`target` < 5) and `warning` (< 3); correct one",
            "4: metrics.b: 0 would be normal (`target` = 0) and `critical` (>= 0); correct one",
            "5: metrics.c: nothing is a warning that is not critical: `warning` is > 10, `critical` > 5; "
            "correct one, or leave `warning` out",
            "6: metrics.d: -1 would be normal (`target` <= 80) and `critical` (outside 0..90); correct one",
        ],
    ),
    "who cannot be reached so": (
        """
        service: orders
        people:
          lin: {name: Lin, slack: "@lin", email: nobody}
        teams:
          all: {members: [lin], slack: "@all"}
        escalations:
          default: {levels: [{notify: ["usergroup:ops", "channel:war room"], wait: 5m}]}
        metrics:
          m: {links: {runbook: "javascript:1"}}
        """,
        [
            "3: people.lin.slack: `@lin` is no member ID; write one such as U012AB3CD (profile → ⋮ → Copy "
            "member ID)",
            "3: people.lin.email: `nobody` is no e-mail address; write one such as lin@example.com",
            "5: teams.all.slack: `@all` is no ID of a user group; write one such as S012AB3CD",
            "7: escalations.default.levels.0.notify.0: `ops` is no ID of a user group; write one such as "
            "S012AB3CD",
            "7: escalations.default.levels.0.notify.1: `war room` is no channel: a name has no blanks, and "
            "at most 80 characters",
            "9: metrics.m.links.runbook: `javascript:1` is no web address; write one such as "
            "https://wiki.example.com/orders",
        ],
    ),
    "a language not spoken": ("service: orders\nlanguage: fr", ["2: language: must be 'en' or 'zh'"]),
    "a port out of range": (
        "service: orders\nweb:\n  port: 70000",
        ["3: web.port: must be at most 65535"],
    ),
    "a port in words": ("service: orders\nweb: {port: http}", ["2: web.port: must be a whole number"]),
    "a zone that is none": (
        "service: orders\ntimezone: Asia/Shanghia",
        ["2: timezone: `Asia/Shanghia` is not a time zone; did you mean `Asia/Shanghai`?"],
    ),
    "control characters stay in one line": (
        'service: orders\ntimezone: "a\\nb\\e[31m"',
        ["2: timezone: `a\\nb\\x1b[31m` is not a time zone; write an IANA name such as `Asia/Shanghai`"],
    ),
    "a zone that leaves its folder": (
        "service: orders\ntimezone: ../../etc/passwd",
        ["2: timezone: `../../etc/passwd` is not a time zone; write an IANA name such as `Asia/Shanghai`"],
    ),
    "a folder of zones": (
        "service: orders\ntimezone: Asia",
        ["2: timezone: `Asia` is not a time zone; write an IANA name such as `Asia/Shanghai`"],
    ),
    "a database of another make": (
        "service: orders\nstorage: mysql://root:pass@host/db",
        ["2: storage: this is no database that is known here; write sqlite:///FILE or postgresql://…"],
    ),
    # people
    "people, teams and schedules that do not exist": (
        """
        service: orders
        people: {lin: {name: Lin}, chen: {name: Chen}}
        teams: {ops: {members: [lin, chem]}}
        schedules:
          primary:
            rotation: {every: 1 week, start: 2026-01-12, members: [linn, chen]}
            overrides:
              - {from: 2026-01-20T18:00, to: 2026-01-20T22:00, member: che}
        escalations:
          default:
            levels:
              - {notify: [schedule:primry, person:lim, "usergroup:S1"], wait: 10m}
              - {notify: "team:op", wait: 10m}
        permissions: {resolve: [team:opps, channel:any]}
        """,
        [
            "3: teams.ops.members.1: there is no person `chem`; did you mean `chen`?",
            "6: schedules.primary.rotation.members.0: there is no person `linn`; did you mean `lin`?",
            "8: schedules.primary.overrides.0.member: there is no person `che`; did you mean `chen`?",
            "12: escalations.default.levels.0.notify.0: "
            "there is no schedule `primry`; did you mean `primary`?",
            "12: escalations.default.levels.0.notify.1: there is no person `lim`; did you mean `lin`?",
            "13: escalations.default.levels.1.notify: there is no team `op`; did you mean `ops`?",
            "14: permissions.resolve.0: there is no team `opps`; did you mean `ops`?",
        ],
    ),
    "nobody is declared at all": (
        "service: orders\nteams: {ops: {members: [lin]}}",
        ["2: teams.ops.members.0: there is no person `lin`; declare it under `people`"],
    ),
    "targets that are none": (
        """
        service: orders
        escalations:
          default:
            levels:
              - notify:
                - lin
                - persn:lin
                - "person:"
                - 7
              - {notify: [], wait: 1m, by: [phone]}
        """,
        [
            "5: escalations.default.levels.0.wait: is missing; write `wait: 10m`",
            "6: escalations.default.levels.0.notify.0: "
            "`lin` is no target; write `person:NAME`, `team:NAME` or `schedule:NAME`",
            "7: escalations.default.levels.0.notify.1: "
            "`persn:lin` is no target: unknown kind `persn`; did you mean `person`?",
            "8: escalations.default.levels.0.notify.2: "
            "`person:` is no target; write `person:NAME`, `team:NAME` or `schedule:NAME`",
            "9: escalations.default.levels.0.notify.3: "
            "`7` is no target; write `person:NAME`, `team:NAME` or `schedule:NAME`",
            "10: escalations.default.levels.1.notify: must have at least 1 entry",
            "10: escalations.default.levels.1.by.0: there is no channel `phone`; known: `slack`",
        ],
    ),
    "a recovery by an action that there is not": (
        """
        service: orders
        actions:
          restart: {run: [./x]}
        escalations:
          default: {recover: {action: restrat}, levels: [{notify: [channel:c], wait: 1m}]}
        """,
        ["5: escalations.default.recover.action: there is no action `restrat`; did you mean `restart`?"],
    ),
    "schedules that name nobody, or two at once": (
        """
        service: orders
        people:
          lin: {name: Lin}
          chen: {name: Chen}
        schedules:
          a: {timezone: UTC}
          b: {rotation: {every: 1 day, start: 2026-01-12, members: []}}
          c: {rotation: {every: 1 day, start: 2026-01-12, members: [[lin, wu], []]}}
          d:
            ical: shifts.ics
            overrides:
              - {from: 2026-01-20T18:00, to: 2026-01-20T22:00, member: chen}
              - {from: 2026-01-20T21:00, to: 2026-01-20T23:00, member: lin}
          e:
            ical: shifts.ics
            overrides:
              - {from: 2026-01-20T18:00, to: 2026-01-20T22:00}
              - {from: 2026-01-20T18:00, to: 2026-01-20T22:00, replace: lin}
              - {from: 2026-01-20T18:00, to: 2026-01-20T22:00, add: lin, remove: chen}
              - {from: 2026-01-20T18:00, to: 2026-01-20T22:00, replace: lin, with: wu}
        """,
        [
            "6: schedules.a: has nobody in it; write `rotation: …` or `ical: …`",
            "7: schedules.b.rotation.members: must have at least 1 entry",
            "8: schedules.c.rotation.members: a turn has nobody in it; write who takes it",
            "8: schedules.c.rotation.members.0.1: there is no person `wu`; known: `chen`, `lin`",
            "9: schedules.d: overrides overlap: chen until 2026-01-20T22:00 and lin from 2026-01-20T21:00; "
            "only one can be on call alone",
            "17: schedules.e.overrides.0: write one of `member`, `add`, `remove`, or `replace` and `with`",
            "18: schedules.e.overrides.1: `replace: NAME` and `with: NAME` belong together",
            "19: schedules.e.overrides.2: write one of `member`, `add`, `remove`, or `replace` and `with`",
            "20: schedules.e.overrides.3.with: there is no person `wu`; known: `chen`, `lin`",
        ],
    ),
    "channels and ways that are none": (
        """
        service: orders
        people:
          lin: {name: Lin, channels: [phon], quiet: {from: "22:00"}}
        channels:
          phone: nonsense
          email: "mailto://{mail}"
          slack: json://x
          chat: {url: json://x, at_most: 0, every: 5m}
        escalations:
          default:
            levels:
              - {notify: [person:lin], by: [slack, phnoe], wait: 1m}
        """,
        [
            "3: people.lin.quiet.to: is missing; write `to: …`",
            "3: people.lin.channels.0: there is no channel `phon`; did you mean `phone`?",
            "5: channels.phone: is no Apprise URL; write one such as `mailtos://USER:PASSWORD@HOST?to={email}`",
            "6: channels.email: knows only {phone} and {email}, not {mail}",
            "7: channels.slack: `slack` is the way through Slack itself; call this channel otherwise",
            "8: channels.chat.at_most: must be at least 1",
            "8: channels.chat.every: unknown key `every`; known: `at_most`, `url`, `within`",
            "12: escalations.default.levels.0.by.1: there is no channel `phnoe`; did you mean `phone`?",
        ],
    ),
    "a wait of nothing, too many repeats": (
        """
        service: orders
        escalations:
          default:
            levels: [{notify: "channel:oncall", wait: 0s}]
            repeat: 101
            resolve_within: soon
        """,
        [
            "4: escalations.default.levels.0.wait: must be longer than nothing, such as `10m`",
            "5: escalations.default.repeat: must be at most 100",
            f"6: escalations.default.resolve_within: 'soon' is not a duration; {LABELS}",
        ],
    ),
    "rotations that cannot turn": (
        """
        service: orders
        people: {lin: {name: Lin}}
        schedules:
          a: {rotation: {every: 1 fortnight, handoff: "Moo 09:00", start: 2026-13-01, members: lin}}
          b: {rotation: {every: 0h, handoff: "Mon Tue 09:00", start: 1812-01-01, members: []}}
          c:
            timezone: Mars/Olympus
            rotation:
              - {every: 1 day, start: 2026-01-12T09:00+08:00, members: lin, only: {days: Mon-Fry, to: 25:00}}
            overrides: [{from: 2026-01-20T18:00, to: 2026-01-20T18:00, member: lin}]
        """,
        [
            "4: schedules.a.rotation.every: `1 fortnight` is no cadence; "
            "write `12h`, `1 day`, `1 week` or `1 month`",
            "4: schedules.a.rotation.handoff: "
            "`Moo` is not a weekday; write Mon, Tue, Wed, Thu, Fri, Sat or Sun",
            "4: schedules.a.rotation.start: "
            "`2026-13-01` is not a date; write `2026-01-12` or `2026-01-12T09:00`",
            "5: schedules.b.rotation.every: `0h` is no cadence; write `12h`, `1 day`, `1 week` or `1 month`",
            '5: schedules.b.rotation.handoff: `Mon Tue 09:00` is no hand-off; write "Mon 09:00" or "09:00"',
            "5: schedules.b.rotation.start: `1812-01-01` is far away; write a year from 2000 to 2100",
            "5: schedules.b.rotation.members: must have at least 1 entry",
            "7: schedules.c.timezone: `Mars/Olympus` is not a time zone; "
            "write an IANA name such as `Asia/Shanghai`",
            "9: schedules.c.rotation.0.start: `2026-01-12T09:00+08:00` has an offset; "
            "leave it out, the time is the schedule's local one",
            "9: schedules.c.rotation.0.only.days: "
            "`Fry` is not a weekday; write Mon, Tue, Wed, Thu, Fri, Sat or Sun",
            '9: schedules.c.rotation.0.only.to: `25:00` is not a time of day; write it as "09:00"',
            "10: schedules.c.overrides.0: `to` is not later than `from`",
        ],
    ),
    "escalations without the default": (
        """
        service: orders
        metrics: {cpu: {escalation: oops}, memory: {}, disk: {}}
        escalations: {ops: {levels: [{notify: "channel:oncall", wait: 1m}]}}
        """,
        [
            "2: metrics.cpu.escalation: there is no escalation policy `oops`; did you mean `ops`?",
            "3: escalations: has no `default`, which `metrics.memory` follows; add it",
        ],
    ),
    "a command that is none": (
        "service: orders\npermissions: {akc: 'channel:x'}",
        ["2: permissions.akc: there is no command `akc`; did you mean `ack`?"],
    ),
    # metrics and checks
    "metrics out of bounds": (
        """
        service: orders
        metrics:
          cpu:
            tier: 4
            target: 70
            warning: "< x"
            for: 5
            recover_for: 5 parsecs
            no_data: 0s
            critical: [1]
            label: {zh: 处理器}
            links: {run book: ""}
        """,
        [
            "4: metrics.cpu.tier: must be at most 3",
            "5: metrics.cpu.target: '70' is not a condition; "
            "write < <= = >= or > and a number, such as '> 0.1', or 'outside 0..4'",
            "6: metrics.cpu.warning: '< x': 'x' is not a number; "
            "write < <= = >= or > and a number, such as '> 0.1', or 'outside 0..4'",
            f"7: metrics.cpu.for: '5' is not a duration; {LABELS}",
            f"8: metrics.cpu.recover_for: '5 parsecs': there is no unit 'parsecs'; {LABELS}",
            "9: metrics.cpu.no_data: must be longer than nothing, such as `10m`",
            "10: metrics.cpu.critical: must be text, not a list, a mapping or nothing",
            "11: metrics.cpu.label.en: is missing; write `en: …`",
            "12: metrics.cpu.links.run book: may hold letters, digits, `_`, `-` and `.`, at most 80 of them",
        ],
    ),
    "kinds and their options": (
        """
        service: orders
        checks:
          a: {kind: comand}
          b: {kind: http, ul: "http://x/", timeot: 3s}
          c: {kind: http, url: "ftp://x/", expect: {statu: 200}}
          d: {kind: command, run: [./x.sh, [5]], metric: cpu}
          e: {kind: system, every: 500ms, timeout: 0s}
          f: {every: 1m}
          g: {kind: 7}
          h: {kind: http, url: "http://x/", method: get, verify: [], follow_redirects: perhaps}
          i: [system]
        """,
        [
            "3: checks.a.kind: there is no kind of check 'comand'; did you mean command? "
            f"write one of {', '.join(sorted(KINDS))}",
            "4: checks.b.ul: unknown key `ul`; did you mean `url`?",
            "4: checks.b.timeot: unknown key `timeot`; did you mean `timeout`?",
            "5: checks.c.url: not a web address; write one such as https://example.com/health",
            "5: checks.c.expect.statu: unknown key `statu`; did you mean `status`?",
            '6: checks.d.run.1: must be text; put it in quotes: "…"',
            "7: checks.e.every: `500ms` is too short; at least 1s",
            "7: checks.e.timeout: must be longer than nothing, such as `10m`",
            "8: checks.f.kind: is missing; write `kind: …`",
            '9: checks.g.kind: must be text; put it in quotes: "…"',
            "10: checks.h.method: must match pattern '^[A-Z]+$'",
            "10: checks.h.verify: must be `true` or `false`",
            "10: checks.h.follow_redirects: must be `true` or `false`",
            "11: checks.i: must be a mapping of `key: value`",
        ],
    ),
    "a duration without end": (
        "service: orders\nmetrics: {cpu: {for: 4000d}}",
        ["2: metrics.cpu.for: `4000d` is too long; at most 3660 days"],
    ),
    "a command without a metric": (
        "service: orders\nchecks:\n  a:\n    kind: command\n    run: [./x.sh]",
        ["3: checks.a: `output: value` needs `metric`: the name of the metric that the number feeds"],
    ),
    "items of a checklist": (
        """
        service: orders
        checks: {host: {kind: system}}
        checklists:
          hourly:
            - hots
            - {check: disk}
            - {remind: 5m}
            - {check: host, ask: Is it}
            - {check: host, remind: 5m}
            - 7
        """,
        [
            "5: checklists.hourly.0: there is no check `hots`; did you mean `host`?",
            "6: checklists.hourly.1.check: there is no check `disk`; known: `host`",
            "7: checklists.hourly.2: must have one of `check`, `alerts` and `ask`",
            "8: checklists.hourly.3: must have one of `check`, `alerts` and `ask`",
            "9: checklists.hourly.4: `remind` belongs to an `ask`; nothing else is reminded of",
            "10: checklists.hourly.5: must be a mapping of `key: value`, with the keys `check`, `alerts`, "
            "`ask`, `remind`, `on_failure`",
        ],
    ),
    # criteria and baselines
    "criteria that ask nothing, too much, or of nothing": (
        """
        service: orders
        metrics: {rate: {target: "< 1"}}
        plan: {gates: [{at: 24h, criteria: fist}]}
        criteria:
          first:
            - {label: Nothing}
            - {always: rate, average: rate, is: "< 1"}
            - {average: rate}
            - {asked: Well, is: "< 1"}
            - {always: rat, is: "= 0"}
            - {data_complete: [rate, cpu]}
            - {none_of: critical-alert}
            - {count: missed-rounds, is: "= 0", of: [raet]}
            - {average: rate, is: "< 1", of: [rate]}
            - {asked: Well, who: person:nobody}
            - {percentile: rate, p: 100, is: "< 1"}
            - {no_swings: all, coverage: 101}
        """,
        [
            "3: plan.gates.0.criteria: there is no criteria `fist`; did you mean `first`?",
            "6: criteria.first.0: must have exactly one of `always`, `average`, `percentile`, `none_of`, "
            "`count`, `checks_passed`, `data_complete`, `asked`, `no_swings`, `as_before`",
            "7: criteria.first.1: must have exactly one of `always`, `average`, `percentile`, `none_of`, "
            "`count`, `checks_passed`, `data_complete`, `asked`, `no_swings`, `as_before`",
            '8: criteria.first.2: `average` needs `is`, such as `is: "< 0.5"`',
            "9: criteria.first.3: `asked` takes no `is`",
            "10: criteria.first.4.always: there is no metric `rat`; did you mean `rate`?",
            "11: criteria.first.5.data_complete.1: there is no metric `cpu`; known: `rate`",
            "12: criteria.first.6.none_of: must be 'critical-alerts', 'warning-alerts', 'failed-rounds' or "
            "'missed-rounds'",
            "13: criteria.first.7.of.0: there is no metric or check `raet`; did you mean `rate`?",
            "14: criteria.first.8: `of` belongs to `none_of` and `count`",
            "15: criteria.first.9.who: there is no person `nobody`; declare it under `people`",
            "16: criteria.first.10.p: must be less than 100.0",
            "17: criteria.first.11.coverage: must be at most 100.0",
        ],
    ),
    "a baseline that compares nothing": (
        """
        service: orders
        metrics: {rate: {worse: upwards}}
        baseline: {window: 0h, confidence: 1, tolerance: -1}
        """,
        [
            "2: metrics.rate.worse: must be 'up', 'down' or 'either'",
            "3: baseline.window: must be longer than nothing, such as `10m`",
            "3: baseline.confidence: must be less than 1.0",
            "3: baseline.tolerance: must be at least 0.0",
        ],
    ),
    # the plan
    "phases whose words are wrong": (
        """
        service: orders
        plan:
          phases:
            - {day: 0, every: 30m}
            - {days: 7-3, every: 30m}
            - {day: 1, days: 2-3, every: 30m}
            - {day: 1, after: 1h, every: 30m}
            - {day: 1, from: "24:00", to: 9am, every: 0s}
            - {day: 1, every: 1s}
            - {day: 1, at: [900], checklist: hourly}
        """,
        [
            "4: plan.phases.0.day: must be at least 1",
            "5: plan.phases.1.days: `7-3` is no span of days; day 1 is the deployment's, "
            "the later day comes last",
            "6: plan.phases.2: has both `day` and `days`; keep one",
            "7: plan.phases.3: mixes the calendar (`day`, `days`, `from`, `to`, `at`) with time since the "
            "deployment (`after`, `until`); keep one of the two",
            '8: plan.phases.4.from: `24:00` is the end of a day; write "00:00"',
            '8: plan.phases.4.to: `9am` is not a time of day; write it as "09:00"',
            "8: plan.phases.4.every: `0s` is too short; at least 1s",
            "9: plan.phases.5: has more than 5000 rounds; write a longer `every`",
            '10: plan.phases.6.at.0: `900` is not a time of day; write it as "09:00"',
            "10: plan.phases.6.checklist: there is no checklist `hourly`; declare it under `checklists`",
        ],
    ),
    "a plan that cannot be carried out": (
        """
        service: orders
        plan:
          phases:
            - {name: Night, day: 1, from: "00:00", to: "04:00", every: 30m}
            - {name: Morning, day: 1, from: "03:00", to: "12:00", every: 1h}
            - {name: Day 2, day: 2}
            - name: Noon
              days: 3-4
              from: "12:00"
              to: "11:00"
              every: 1h
          gates:
            - {at: 24h, criteria: a}
            - at: 1h
              criteria: b
          reports:
            - {report: daily, days: 2-4, at: ["09:00", "10:00"]}
            - {report: weekly, day: 4, at: "10:00"}
          routine:
            every: 36h
            at: "09:00"
        """,
        [
            "5: plan.phases.1: `Morning` and `Night` both have a cadence at one time on day 1; "
            "end one where the other begins, or write the times of one as `at`",
            '6: plan.phases.2: needs one cadence; write either `every: 30m` or `at: ["09:00", "21:00"]`',
            '10: plan.phases.3.to: is not later than `from`; write a later time, such as "24:00", '
            "or two phases",
            "14: plan.gates.1.at: is not later than the gate before it (or the deployment); "
            "order gates by time",
            "18: plan.reports.1.at: `daily` and `weekly` fall due together on day 4; move one",
            "20: plan.routine.every: is not a whole number of days; write for example `1 week`",
        ],
    ),
    "other lines of the plan": (
        """
        service: orders
        plan:
          milestones: [1h, 0h]
          gates: [{at: 24h, criteria: "first day"}]
          checkpoints: [{at: "00:00", label: Start}, {day: 1, at: "00:00"}]
          reports: [{report: monthly, day: 1, at: "09:00"}]
          routine: {every: 1 week, at: "09:00", checklist: weekly}
        """,
        [
            "3: plan.milestones.1: must be longer than nothing, such as `10m`",
            "4: plan.gates.0.criteria: may hold letters, digits, `_`, `-` and `.`, at most 80 of them",
            "5: plan.checkpoints.0: must have either `day` or `days`",
            "5: plan.checkpoints.1.label: is missing; write `label: …`",
            "6: plan.reports.0.report: must be 'daily', 'weekly', 'summary' or 'final'",
            "7: plan.routine.checklist: there is no checklist `weekly`; declare it under `checklists`",
        ],
    ),
    "an include that is no path": (
        'service: orders\ninclude: ["\\0/*", 7]',
        [
            '2: include.1: must be text; put it in quotes: "…"',
            "2: include.0: no file matches `\\x00/*`; the path starts at config.yaml's folder",
        ],
    ),
    "parts that are no file's of one service": (
        "include: nowhere/*.yaml\nmetrics: {cpu: {}}",
        [
            "1: include: no file matches `nowhere/*.yaml`; the path starts at config.yaml's folder",
            "2: metrics: belongs to a service; write `service: NAME` in this file too",
        ],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_answered_with_every_mistake_and_its_line(name, faults):
    text, expected = FILES[name]
    assert faults(textwrap.dedent(text).lstrip("\n")) == [f"config.yaml:{line}" for line in expected]


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "other.yaml", {})
    assert str(caught.value) == (
        "other.yaml:1: is not there; write it, at least `service: NAME`, or name another file with --config"
    )


def test_a_file_that_is_not_utf8_names_the_line(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_bytes("service: orders\n# größe".encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert str(caught.value) == "config.yaml:2: is not UTF-8 text; save it as UTF-8"


def test_a_deep_nest_ends_in_an_error(faults):
    assert faults("a: " + "[" * 1000) == ["config.yaml:1: is nested too deeply to be read"]


@pytest.mark.parametrize("depth", range(300, 500, 15))
def test_a_nest_near_the_limit_ends_in_an_error(depth, faults):
    assert len(faults("service: orders\npeople: " + "[" * depth + "]" * depth)) == 1


def test_an_alias_bomb_is_refused(faults):
    lines = ["service: orders", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    (last,) = faults("\n".join(lines))
    assert last == "config.yaml:7: a5: the file unfolds to more than 500000 values; use fewer aliases"
