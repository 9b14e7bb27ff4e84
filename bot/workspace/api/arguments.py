"""The arguments of a Web API call, however they were sent, and the errors that answer wrong ones."""

import json
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


class ApiError(Exception):
    """`{"ok": false, "error": NAME, …}`; `more` has the further fields of the answer."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name)
        self.name = name
        self.more = more


def invalid(*messages: str, name: str = "invalid_arguments") -> ApiError:
    said = [f"[ERROR] {message}" for message in messages]
    return ApiError(name, errors=list(messages), response_metadata={"messages": said})


def read_json(text: str) -> Any:
    """Raises ValueError, also for half a surrogate pair, which JSON can spell and nobody can store."""
    read = json.loads(text)
    if "\\u" in text:
        json.dumps(read, ensure_ascii=False).encode()
    return read


def parse(content_type: str, body: bytes, query: str) -> Json:
    """Form or JSON body and query string together. An empty body is no arguments, whatever it is called."""
    sent: Json = dict(parse_qsl(query, keep_blank_values=True))
    text = body.decode(errors="replace").strip()
    if not text:
        return sent
    if content_type.split(";")[0].strip() == "application/json":
        try:
            read = read_json(text)
        except ValueError as wrong:
            raise ApiError("invalid_json") from wrong
        if not isinstance(read, dict):
            raise ApiError("json_not_object")
        return sent | read
    return sent | dict(parse_qsl(text, keep_blank_values=True))


class Arguments:
    def __init__(self, sent: Json) -> None:
        self.sent = {name: value for name, value in sent.items() if value is not None}

    def text(self, name: str, default: str | None = None) -> str:
        """Required unless there is a default."""
        value = self.sent.get(name, default)
        if value is None:
            raise invalid(f"missing required field: {name}")
        if isinstance(value, bool | dict | list):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def optional(self, name: str) -> str | None:
        return self.text(name, "") or None

    def flag(self, name: str) -> bool:
        return str(self.sent.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        try:
            number = int(self.sent.get(name) or default)
        except (TypeError, ValueError, OverflowError):
            raise invalid(f"must be an integer [json-pointer:/{name}]") from None
        if number < 1:
            raise ApiError("invalid_limit")
        return min(number, most)

    def structure(self, name: str, wrong: str) -> Any:
        """A list or object, or the JSON text of one; None when it is not given. `wrong` is the error for
        text that is not JSON."""
        value = self.sent.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                value = read_json(value)
            except ValueError:
                raise ApiError(wrong) from None
        if value is not None and not isinstance(value, list | dict):
            raise ApiError(wrong)
        return value
