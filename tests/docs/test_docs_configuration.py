"""docs/configuration.md: as the models say it, and with examples that hold."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.config.model import ConfigWords
from bot.config.plain import keys_of
from checks.registry import KINDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)
ENVIRON = {"LIN_PHONE": "+86 1", "DATABASE_PASSWORD": "secret"}


def test_the_page_is_what_its_source_and_the_models_say():
    written = runpy.run_path(str(ROOT / "docs" / "reference.py"))["page"]()
    assert written == PAGE, "run `make docs`"


@pytest.mark.parametrize(
    ("line", "instead", "message"),
    [
        # a model, a key and a list of words that the source of the page leaves out or makes up
        ("[[WebWords]]", "", "add a line [[…]] for the model WebWords"),
        ("[[WebWords]]", "[[WebWords]]\n[[Wbe]]", "remove a line [[…]] for the model Wbe; there is none"),
        ("## `web`", "## Web", "add a section ## `web`"),
        (
            "are [[commands]]",
            "are [[words]]",
            "[[words]] is neither a model nor one of service keys, commands",
        ),
    ],
)
def test_what_the_source_of_the_page_gets_wrong_is_said(line, instead, message, tmp_path):
    reference = runpy.run_path(str(ROOT / "docs" / "reference.py"))
    template = tmp_path / "configuration.md.in"
    source = reference["TEMPLATE"].read_text(encoding="utf-8")
    assert line in source
    template.write_text(source.replace(line, instead), encoding="utf-8")
    reference["page"].__globals__["TEMPLATE"] = template
    with pytest.raises(reference["MisfitError"]) as caught:
        reference["page"]()
    assert str(caught.value) == f"configuration.md.in: {message}"


def sections_of(example: str) -> dict[str, str]:
    """Top-level key → what stands below it."""
    sections = re.findall(r"^(\w+):(.*?)(?=^\w|\Z)", example, re.M | re.S)
    assert sections, example
    return dict(sections)


def together(examples: list[str]) -> str:
    """One file of several examples: blocks under one key are joined, of single values the last one stands."""
    whole = {"service": " orders\n"}
    for example in examples:
        for key, text in sections_of(example).items():
            joined = whole.get(key, "").startswith("\n") and text.startswith("\n")
            whole[key] = whole[key] + text.removeprefix("\n") if joined else text
    return "".join(f"{key}:{text}" for key, text in whole.items())


def write(folder: Path, examples: list[str]) -> Path:
    """The examples as files; one that begins with `# NAME` is that file, the others are config.yaml."""
    files = {"secrets/stock-token": "secret\n"}
    files |= {found[1]: text for text in EXAMPLES if (found := re.match(r"# (\S+\.yaml)\n", text))}
    files["config.yaml"] = together([text for text in examples if text not in files.values()])
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "config.yaml"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_holds_after_those_before_it(number, tmp_path):
    load(write(tmp_path, EXAMPLES[: number + 1]), ENVIRON)


def test_the_examples_show_every_key_and_every_kind(tmp_path):
    setup = load(write(tmp_path, EXAMPLES), ENVIRON)
    assert set(setup.services) == {"orders", "stock"}
    assert {key for example in EXAMPLES for key in sections_of(example)} == set(keys_of(ConfigWords))
    assert {check.kind for check in setup.services["orders"].checks.values()} == set(KINDS)


def test_the_example_of_an_error_is_what_is_said(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("service: orders\n" + "\n" * 11 + "metrics:\n  cpu: {warnin: '> 80'}\n")
    with pytest.raises(ConfigError) as caught:
        load(config, {})
    assert f"```\n{caught.value}\n```" in PAGE


def test_the_environment_variables_are_those_in_the_source():
    section = PAGE.partition("## Environment variables")[2].partition("\n## ")[0]
    name = r"((?:SLACK|VIGIL)_[A-Z_]+|DATABASE_URL)"
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    assert set(re.findall(f"`{name}`", section)) == set(re.findall(f'"{name}"', sources))
