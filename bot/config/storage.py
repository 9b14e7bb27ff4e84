"""Where the database is: DATABASE_URL, or `storage`, with a relative file made absolute."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config.document import Document

_SQLITE = "sqlite:///"
_DEFAULT = "sqlite:///vigil.db"


def resolve_storage(document: Document, environ: Mapping[str, str], folder: Path) -> str:
    """The database URL; a relative SQLite file starts at `folder`. "" and a problem where it is none."""
    from_environment = environ.get("DATABASE_URL", "")
    url = from_environment or document.value.get("storage", _DEFAULT)
    if not isinstance(url, str):
        return ""
    name = "the environment variable `DATABASE_URL`" if from_environment else "this"
    scheme, mark, _ = url.partition("://")
    if mark and scheme == "postgres":
        # the older name that hosting platforms still hand out
        return f"postgresql{url.removeprefix(scheme)}"
    if mark and scheme.partition("+")[0] == "postgresql":
        return url
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        file = url.removeprefix(_SQLITE)
        return url if file.startswith(("/", ":memory:")) else f"{_SQLITE}{folder / file}"
    # the address may hold a password: it is not repeated
    message = f"{name} is no database that is known here; write sqlite:///FILE or postgresql://…"
    document.complain(("storage",), message)
    return ""
