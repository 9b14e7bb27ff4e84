"""Whatever the file holds, loading it ends in a Setup or in a ConfigError."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import ConfigError, load
from bot.config.model import ConfigWords
from bot.config.plain import keys_of
from bot.domain.setup import Setup

SHIPPED = (Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8")
WORDS = sorted({*SHIPPED.replace(":", " ").replace(",", " ").split(), *keys_of(ConfigWords)})

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
    | st.sampled_from(["${HOME}", "${X:-y}", "${file:.}", "$$", "09:00", "24:00", "1 week", "> 5", "3-7"])
)
keys = st.sampled_from(WORDS) | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def outcome(folder: Path, content: str | bytes) -> Setup | ConfigError:
    """What loading this content ends in; anything but a ConfigError is raised."""
    file = folder / "config.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    try:
        return load(file, {"HOME": "/nowhere"})
    except ConfigError as error:
        wrong = error
    last = len(file.read_text(encoding="utf-8", errors="replace").splitlines()) + 1
    assert wrong.errors
    assert all(problem.message and 1 <= problem.line <= last for problem in wrong.errors)
    assert "Input should" not in str(wrong)
    return wrong


def test_the_shipped_file_is_good_before_it_is_mutated(tmp_path):
    assert isinstance(outcome(tmp_path, SHIPPED), Setup)


@quick
@given(content=st.text(max_size=60))
def test_any_text(tmp_path, content):
    outcome(tmp_path, content)


@quick
@given(content=st.binary(max_size=60))
def test_any_bytes(tmp_path, content):
    outcome(tmp_path, content)


@quick
@given(value=st.dictionaries(keys, values, max_size=5))
def test_any_mapping(tmp_path, value):
    outcome(tmp_path, "service: orders\n" + yaml.safe_dump(value, allow_unicode=True))


SECTIONS = [key for key in keys_of(ConfigWords) if key != "service"]


@quick
@given(section=st.sampled_from(SECTIONS), value=values, name=keys)
def test_any_value_in_any_section(tmp_path, section, value, name):
    outcome(tmp_path, yaml.safe_dump({"service": "orders", section: value}, allow_unicode=True))
    outcome(tmp_path, yaml.safe_dump({"service": "orders", section: {name: value}}, allow_unicode=True))


def _places(value, route=()):
    yield route
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _places(each, (*route, key))


WHOLE = yaml.safe_load(SHIPPED)
PLACES = [place for place in _places(WHOLE) if place]


@settings(quick, max_examples=40)
@given(place=st.sampled_from(PLACES), value=values)
def test_the_shipped_file_with_any_value_put_in_any_place(tmp_path, place, value):
    whole = deepcopy(WHOLE)
    inside = whole
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    # JSON is YAML, and written faster
    outcome(tmp_path, json.dumps(whole, indent=0, default=str))


@settings(quick, max_examples=60)
@given(line=st.integers(0, SHIPPED.count("\n") - 1), text=st.text(max_size=10), cut=st.integers(0, 40))
def test_the_shipped_file_with_a_line_spoilt(tmp_path, line, text, cut):
    lines = SHIPPED.splitlines()
    lines[line] = lines[line][:cut] + text
    outcome(tmp_path, "\n".join(lines))
