from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.domain.setup import Setup

Load = Callable[..., Setup]
Faults = Callable[..., list[str]]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Load config.yaml with this text; further files by name."""

    def load_it(text: str, environ: Mapping[str, str] | None = None, **files: str) -> Setup:
        for name, content in {"config.yaml": text, **files}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return load(tmp_path / "config.yaml", environ or {})

    return load_it


@pytest.fixture
def faults(load_text: Load) -> Faults:
    """The lines of the errors that loading this text ends in."""

    def faults_of(text: str, environ: Mapping[str, str] | None = None, **files: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load_text(text, environ, **files)
        lines = str(caught.value).splitlines()
        assert len(lines) == len(caught.value.errors)
        return lines

    return faults_of
