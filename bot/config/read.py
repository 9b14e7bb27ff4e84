"""A YAML file as plain values, with the line of every key and the environment filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.config.document import Document, Route, dotted
from bot.config.errors import ConfigError, Problem

MOST_VALUES = 500_000
"""Aliases can make a small file huge; no real configuration has this many values."""

_TAG = "tag:yaml.org,2002:"
_PLACE = re.compile(r"\$\$|\$\{([^{}]*)\}|\$\{")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


def read(path: Path, name: str, folder: Path, environ: Mapping[str, str]) -> Document:
    """Read one file, called `name` in messages. Relative `${file:…}` paths start at `folder`.

    Raises ConfigError where the file cannot be read as YAML at all; milder problems are collected in
    the document.
    """
    text = _text(path, name)
    try:
        with _yaml_problems(name, text):
            root = yaml.compose(text, _Loader)
        return _document(root, _Reading(Document(name), folder, environ))
    except RecursionError:
        raise ConfigError([Problem(name, 1, "", "is nested too deeply to be read")]) from None


def _document(root: yaml.Node | None, reading: _Reading) -> Document:
    if isinstance(root, yaml.MappingNode):
        reading.document.value = reading.mapping(root, ())
    elif root is not None:
        line, name = root.start_mark.line + 1, reading.document.file
        raise ConfigError([Problem(name, line, "", "must be a mapping; begin with `service: NAME`")])
    return reading.document


def _text(path: Path, name: str) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        mend = "is not there; write it, at least `service: NAME`, or name another file with --config"
        raise ConfigError([Problem(name, 1, "", mend)]) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError([Problem(name, 1, "", f"cannot be read: {reason}")]) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError([Problem(name, line, "", "is not UTF-8 text; save it as UTF-8")]) from None


@contextmanager
def _yaml_problems(name: str, text: str) -> Iterator[None]:
    try:
        yield
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        message = f"the character U+{ord(text[error.position]):04X} may not stand in YAML; remove it"
        raise ConfigError([Problem(name, line, "", message)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        context = f" ({error.context})" if error.context else ""
        raise ConfigError([Problem(name, line, "", f"is not YAML: {error.problem}{context}")]) from None
    except (ValueError, OverflowError):
        # PyYAML's scanner hands an impossible `\U…` escape to chr()
        raise ConfigError([Problem(name, 1, "", "is not YAML: a `\\U` escape names no character")]) from None


class _Loader(yaml.SafeLoader):
    """Plain scalars by YAML 1.2's core rules: `09:00`, `2026-01-12` and `off` are text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's shape


_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(
    f"{_TAG}bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+0123456789."),
)


@dataclass(slots=True)
class _Reading:
    """One walk over the nodes of a file."""

    document: Document
    folder: Path
    environ: Mapping[str, str]
    count: int = 0
    inside: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, route: Route) -> object:
        self.count += 1
        if self.count > MOST_VALUES:
            message = f"the file unfolds to more than {MOST_VALUES} values; use fewer aliases"
            raise ConfigError([*self.document.problems, self.document.problem(route[:1], message)])
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, route)
        if id(node) in self.inside:
            self.document.complain(route, "is an alias of something it is part of; write it out")
            return None
        self.inside.add(id(node))
        found = (
            self.mapping(node, route) if isinstance(node, yaml.MappingNode) else self.sequence(node, route)
        )
        self.inside.discard(id(node))
        return found

    def mapping(self, node: yaml.MappingNode, route: Route) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.lines.setdefault((*route, "?"), line)
                self.document.complain((*route, "?"), "a key must be a word, not a list or a mapping")
                continue
            key = str(key_node.value)
            here = (*route, key)
            if key in values:
                first = self.document.lines[here]
                place = Problem(
                    self.document.file, line, dotted(here), f"stands here and on line {first}; keep one"
                )
                self.document.problems.append(place)
                continue
            self.document.lines[here] = line
            values[key] = self.value(value_node, here)
        return values

    def sequence(self, node: yaml.Node, route: Route) -> list[object]:
        values = []
        for index, item in enumerate(node.value):
            self.document.lines[(*route, index)] = item.start_mark.line + 1
            values.append(self.value(item, (*route, index)))
        return values

    def scalar(self, node: yaml.ScalarNode, route: Route) -> object:
        text = str(node.value)
        match node.tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" | "float" as tag:
                return self.number(tag, text, route)
            case "str":
                return self.text(text, route)
            case tag:
                self.document.complain(route, f"the YAML tag `{tag}` is not known here; write plain text")
                return None

    def number(self, tag: str, text: str, route: Route) -> object:
        try:
            return int(text) if tag == "int" else float(text)
        except ValueError:
            self.document.complain(route, "is not a number that can be read; write fewer digits")
            return None

    def text(self, text: str, route: Route) -> str:
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            self.document.complain(route, "holds half a character (a surrogate); write the character itself")
            return ""
        if "$" not in text:
            return text
        filled = _PLACE.sub(lambda match: self.place(match, route), text)
        self.document.filled[route] = filled, text
        return filled

    def place(self, match: re.Match[str], route: Route) -> str:
        if match[0] == "$$":
            return "$"
        content = match[1] or ""
        if content.startswith("file:"):
            return self.file(content.removeprefix("file:"), route)
        named = _NAME.fullmatch(content)
        if not named:
            forms = "`${NAME}`, `${NAME:-default}` or `${file:PATH}`; a dollar sign itself is `$$`"
            self.document.complain(route, f"`{match[0]}` cannot be read; write {forms}")
            return ""
        name, default = named.groups()
        value = self.environ.get(name)
        if value:
            self.document.variables.setdefault(route, {})[name] = value
        if default is not None:
            return self.noted(value, route) if value else default
        if value is None:
            hint = f"set it, or write `${{{name}:-default}}`"
            self.document.complain(route, f"the environment variable `{name}` is not set; {hint}")
            return ""
        return self.noted(value, route)

    def noted(self, value: str, route: Route) -> str:
        """What came from outside the file may be secret."""
        self.document.given[route] = (*self.document.given.get(route, ()), value)
        return value

    def file(self, name: str, route: Route) -> str:
        try:
            text = (self.folder / name).read_text(encoding="utf-8").rstrip("\r\n")
            return self.noted(text, route)
        except OSError as error:
            reason = (error.strerror or "cannot be read").lower()
            self.document.complain(route, f"the file `{name}` cannot be read: {reason}")
        except ValueError:
            self.document.complain(route, f"the file `{name}` is not UTF-8 text")
        return ""
