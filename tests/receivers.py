"""Real ends of channels: an SMTP server and an HTTP server that keep what they are sent."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailBox:
    """An SMTP server on a free port; `mails` are the messages it took, `refuses` its answer instead."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.refuses = ""
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return self.refuses
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(message, email.message.EmailMessage)
        self.mails.append(message)
        return "250 OK"

    def text(self, number: int = -1) -> str:
        """Subject, recipient and words of a mail."""
        mail = self.mails[number]
        body = mail.get_body(("plain", "html"))
        words = body.get_content() if body else ""
        return f"{mail['Subject']}\nTo: {mail['To']}\n{words}"


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        # Port 0 is chosen by the system: the probe of aiosmtpd would ask port 0 itself.
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_box() -> Iterator[MailBox]:
    box = MailBox()
    controller = _OnAnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


class Hook:
    """An HTTP server; `got` are the bodies it took, none with a `status` of 500; if it `hangs` no answer."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.tried = 0
        self.status = 200
        self.hangs = False
        self.port = 0
        self.released = Event()

    def said(self) -> list[Any]:
        return [json.loads(each) for each in self.got]


@contextmanager
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            kept.tried += 1
            if kept.hangs:
                kept.released.wait(30)
                return
            if kept.status == 200:
                kept.got.append(body)
            self.send_response(kept.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.released.set()
        server.shutdown()
        server.server_close()
