"""A child program with a deadline: its whole family ends with it, and its output is capped."""

from __future__ import annotations

import contextlib
import os
import pwd
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

KEPT_BYTES = 64 * 1024
_CHUNK = 64 * 1024
_LOOK_EVERY_S = 0.05
_TERM_GRACE_S = 0.3
_LAST_WORDS_S = 0.2


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


@dataclass(slots=True)
class _Kept:
    """The beginning and the end of a stream: constant memory, whatever is written."""

    most: int
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    left_out: int = 0

    def add(self, chunk: bytes) -> None:
        room = self.most // 2 - len(self.head)
        self.head += chunk[:room]
        self.tail += chunk[room:]
        if (surplus := len(self.tail) - self.most // 2) > 0:
            del self.tail[:surplus]
            self.left_out += surplus

    def text(self) -> str:
        middle = f"\n[{self.left_out} bytes left out]\n".encode() if self.left_out else b""
        return (bytes(self.head) + middle + bytes(self.tail)).decode("utf-8", errors="replace")


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
    child = subprocess.Popen(  # noqa: S603 - the arguments come from the configuration alone
        arguments,
        cwd=folder,
        env=_whole(manner.inherit, {**identity.environment, **environment}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        user=identity.user,
        group=identity.group,
        extra_groups=identity.groups,
    )
    if manner.nice:
        with contextlib.suppress(OSError):  # it has ended already
            os.setpriority(os.PRIO_PGRP, child.pid, manner.nice)
    assert child.stdout is not None  # noqa: S101 - both are pipes
    assert child.stderr is not None  # noqa: S101
    out, err = _Kept(manner.kept_bytes), _Kept(manner.kept_bytes)
    streams = _Streams({child.stdout.fileno(): out, child.stderr.fileno(): err})
    with child.stdout, child.stderr:
        try:
            in_time = _wait(child, streams, deadline)
            if not in_time:
                _ask_to_end(child)
        finally:
            _kill_group(child)
        streams.read(time.monotonic() + _LAST_WORDS_S)
    return Finished(
        in_time=in_time,
        exit_code=-signal.SIGKILL if child.returncode is None else child.returncode,
        stdout=out.text(),
        stderr=err.text(),
        cut_short=bool(out.left_out or err.left_out),
    )


def _whole(inherit: Sequence[str] | None, added: Mapping[str, str]) -> Mapping[str, str] | None:
    """The environment of a program; None is this one's as it is, which costs nothing to hand on."""
    if inherit is None:
        return {**os.environ, **added} if added else None
    return {**{name: value for name, value in os.environ.items() if name in inherit}, **added}


class _Streams:
    """What a child writes, by descriptor; `poll` costs a third of a selector."""

    def __init__(self, kept: dict[int, _Kept]) -> None:
        self._kept = kept
        self._poll = select.poll()
        for descriptor in kept:
            self._poll.register(descriptor, select.POLLIN)

    @property
    def open(self) -> bool:
        return bool(self._kept)

    def read(self, until: float) -> None:
        """Read what comes until all streams have ended or the time is over."""
        while self._kept and (left := until - time.monotonic()) > 0:
            for descriptor, _ in self._poll.poll(left * 1000):
                chunk = os.read(descriptor, _CHUNK)
                if chunk:
                    self._kept[descriptor].add(chunk)
                else:
                    self._poll.unregister(descriptor)
                    del self._kept[descriptor]


def _wait(child: subprocess.Popen[bytes], streams: _Streams, deadline: float) -> bool:
    """Read until the child has ended: True, or until the deadline: False.

    A grandchild may hold the pipes open for longer than the child lives, so their end is not waited for.
    """
    while (left := deadline - time.monotonic()) > 0:
        if streams.open:
            streams.read(time.monotonic() + min(left, _LOOK_EVERY_S))
            if child.poll() is not None:
                return True
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(left)
                return True
    return child.poll() is not None


def _ask_to_end(child: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the group, then SIGKILL to descendants that made themselves another one."""
    try:
        descendants = psutil.Process(child.pid).children(recursive=True)
    except psutil.Error:
        descendants = []
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_TERM_GRACE_S)
    for descendant in descendants:
        with contextlib.suppress(psutil.Error):
            descendant.kill()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):  # stuck in the kernel: reaped by a later Popen
        child.wait(_TERM_GRACE_S)
