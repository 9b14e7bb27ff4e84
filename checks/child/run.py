"""A child program with a deadline: its whole family ends with it, and its output is capped."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from checks.child.loop import ready
from checks.child.streams import KEPT_BYTES, Streams

_NOTHING = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
_SOON_S = 0.01
_LOOK_EVERY_S = 0.05
_TERM_GRACE_S = 0.3
_LAST_WORDS_S = 0.2


def _at_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


_AT_TERMINAL = _at_terminal()
"""A program that asks there for a password shall fail, not wait: it gets a session of its own. Where there is
none to ask at it does without: the kernel makes a group for scheduling for every session.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How it ended: by itself (`in_time`), or because its time was up.

    `exit_code` is negative for death by that signal. `stdout` and `stderr` hold the first and the last half
    of what is kept where there was more (`cut_short`).
    """

    in_time: bool
    exit_code: int
    stdout: str
    stderr: str
    cut_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a program runs: `inherit` names the variables it gets of this program's (None: all of them),
    `user` whom it runs as, `nice` how far it stands back (0 to 19). `kept_bytes` of each stream are kept.
    """

    inherit: tuple[str, ...] | None = None
    user: str = ""
    nice: int = 0
    kept_bytes: int = KEPT_BYTES


PLAIN = Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    """Whom a program runs as; by default as this one."""

    user: int | None = None
    group: int | None = None
    groups: tuple[int, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str) -> _Identity:
        """Raises LookupError."""
        found = pwd.getpwnam(name)
        return cls(
            user=found.pw_uid,
            group=found.pw_gid,
            groups=tuple(os.getgrouplist(name, found.pw_gid)),
            environment={"HOME": found.pw_dir, "USER": name, "LOGNAME": name},
        )


def run_child(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout_s: float,
    manner: Manner = PLAIN,
) -> Finished:
    """Run a program in `folder`, with `environment` on top of this program's own, for at most `timeout_s`.

    Standard input is closed. The child leads a process group of its own; when it ends or its time is up
    the rest of the group is killed, and at the deadline also descendants that left the group. At the
    deadline they get SIGTERM and 0.3 s later SIGKILL. Raises OSError when it cannot be started, LookupError
    when there is no such user.
    """
    identity = _Identity.of(manner.user) if manner.user else _Identity()
    deadline = time.monotonic() + timeout_s
    # On a loop all that is to start is made ready first: after each start the processor's caches are cold.
    ready((), 0.0)
    with contextlib.closing(Streams(manner.kept_bytes)) as streams:
        whole = _whole(manner.inherit, {**identity.environment, **environment})
        child = _started(arguments, folder, whole, identity, streams)
        if manner.nice:
            with contextlib.suppress(OSError):  # it has ended already
                os.setpriority(os.PRIO_PGRP, child.pid, manner.nice)
        with contextlib.closing(_Watched(child, streams)) as watched:
            try:
                in_time = watched.ended(deadline)
                if not in_time:
                    _ask_to_end(watched)
            finally:
                _kill_group(watched)
            watched.listen(time.monotonic() + _LAST_WORDS_S)
    return Finished(
        in_time=in_time,
        exit_code=-signal.SIGKILL if child.returncode is None else child.returncode,
        stdout=streams.out.text(),
        stderr=streams.err.text(),
        cut_short=bool(streams.out.left_out or streams.err.left_out),
    )


def _started(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None,
    identity: _Identity,
    streams: Streams,
) -> subprocess.Popen[bytes]:
    stdout, stderr = streams.for_child
    try:
        return subprocess.Popen(  # noqa: S603 - the arguments come from the configuration alone
            arguments,
            cwd=folder,
            env=environment,
            stdin=_NOTHING,
            stdout=stdout,
            stderr=stderr,
            start_new_session=_AT_TERMINAL,
            process_group=None if _AT_TERMINAL else 0,
            user=identity.user,
            group=identity.group,
            extra_groups=identity.groups,
        )
    finally:
        streams.hand_over()


def _whole(inherit: Sequence[str] | None, added: Mapping[str, str]) -> Mapping[str, str] | None:
    """The environment of a program; None is this one's as it is, which costs nothing to hand on."""
    if inherit is None:
        return {**os.environ, **added} if added else None
    return {**{name: value for name, value in os.environ.items() if name in inherit}, **added}


class _Watched:
    """A child that runs. It is reaped after its group was killed: until then nobody else has its number."""

    def __init__(self, child: subprocess.Popen[bytes], streams: Streams) -> None:
        self.child = child
        self._streams = streams
        self._has_ended = False
        try:
            self._end: int | None = os.pidfd_open(child.pid)
        except (AttributeError, OSError):  # only Linux tells of an end; elsewhere it is looked for
            self._end = None

    def ended(self, until: float) -> bool:
        """Wait until it has ended, and read what it writes: True, or False when `until` has come.

        A grandchild may hold the pipes open for longer than the child lives, so their end is not waited for.
        """
        # Most end at once and say little: what they say is read at their end, and wakes nobody before.
        if self._end is not None and not self._has_ended:
            self._wait((), min(until, time.monotonic() + _SOON_S))
        while not self._has_ended and time.monotonic() < until:
            self._wait(self._streams.open, until)
            self._streams.read()
        return self._has_ended

    def _wait(self, streams: Collection[int], until: float) -> None:
        if self._end is None:
            ready([*streams], min(until, time.monotonic() + _LOOK_EVERY_S))
            self._has_ended = self.child.poll() is not None
        else:
            self._has_ended = self._end in ready([self._end, *streams], until)

    def listen(self, until: float) -> None:
        """Read what is left, until all has ended or `until` has come."""
        self._streams.read()
        while self._streams.open and time.monotonic() < until:
            ready([*self._streams.open], until)
            self._streams.read()

    def close(self) -> None:
        self.child.poll()
        if self._end is not None:
            os.close(self._end)


def _ask_to_end(watched: _Watched) -> None:
    """SIGTERM to the group, then SIGKILL to descendants that made themselves another one."""
    pid = watched.child.pid
    try:
        descendants = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        descendants = []
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGTERM)
    watched.ended(time.monotonic() + _TERM_GRACE_S)
    for descendant in descendants:
        with contextlib.suppress(psutil.Error):
            descendant.kill()


def _kill_group(watched: _Watched) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(watched.child.pid, signal.SIGKILL)
    watched.ended(time.monotonic() + _TERM_GRACE_S)  # stuck in the kernel: reaped by a later Popen
