"""What the checks ask: nginx for web addresses, and a program whose every start is counted."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.program import Program, found, free_port, wait_for_port

_IN_OPEN = 0x20
_EVENT = struct.Struct("iIII")

_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  log_format asked "$uri $msec";
  access_log {folder}/access.log asked;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ default_type text/plain; return 200 "ok\\n"; }} }}
}}
"""


class WebTarget:
    """An nginx that answers every request with `ok`; a line of its log: the path, seconds since 1970."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log

    def asked(self) -> int:
        """How many requests it has answered."""
        with self.log.open("rb") as lines:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: lines.read(1 << 20), b""))

    def newest(self) -> float:
        """When it was asked last, in seconds since 1970."""
        return float(self.log.read_text().rsplit(maxsplit=1)[-1])


@contextmanager
def web_target(folder: Path) -> Iterator[WebTarget]:
    """Raises Absent."""
    nginx, port = found("nginx", "nginx-light"), free_port()
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port))
    server = Program([nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], folder)
    try:
        wait_for_port(port)
        yield WebTarget(port, folder / "access.log")
    finally:
        server.stop()


class CommandTarget:
    """Copies of /bin/true, one a check; the kernel tells of each time that one is opened to be run.

    One a check, because what is told twice in a row before anybody has read it is told once.
    """

    def __init__(self, folder: Path, checks: int) -> None:
        first = folder / "true-0"
        shutil.copy("/bin/true", first)
        for number in range(1, checks):
            os.link(first, folder / f"true-{number}")
        self.folder = folder
        self._count = 0
        libc = ctypes.CDLL(None, use_errno=True)
        self._watch = libc.inotify_init1(os.O_CLOEXEC)
        if self._watch < 0 or libc.inotify_add_watch(self._watch, bytes(folder), _IN_OPEN) < 0:
            raise OSError(ctypes.get_errno(), "inotify cannot watch the programs")
        threading.Thread(target=self._listen, daemon=True).start()

    def asked(self) -> int:
        """How often it was started."""
        return self._count

    def _listen(self) -> None:
        while True:
            events, place = os.read(self._watch, 1 << 16), 0
            while place < len(events):
                _, _, _, length = _EVENT.unpack_from(events, place)
                place += _EVENT.size + length
                self._count += 1


Target = WebTarget | CommandTarget
