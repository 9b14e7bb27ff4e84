import re
from pathlib import Path

import pytest
from sentences import spoken

from bot.locale.catalogue import FOLDER, LANGUAGES, catalogue, read_po


def test_every_sentence_of_the_bot_has_its_chinese() -> None:
    missing = [f"{where}: {key}" for key, where in spoken().items() if key not in catalogue("zh")]
    assert missing == [], "add these to bot/locale/zh/LC_MESSAGES/vigil.po"


def test_the_catalogue_keeps_no_sentence_that_nobody_says() -> None:
    assert sorted(set(catalogue("zh")) - set(spoken())) == [], "remove these from vigil.po"


def test_a_translation_has_the_places_of_its_sentence() -> None:
    def places(sentence: str) -> list[str]:
        return sorted(re.findall(r"\{(\w*)\}", sentence))

    assert [key for key, said in catalogue("zh").items() if places(key) != places(said)] == []


def test_a_sentence_stands_once_in_the_catalogue() -> None:
    lines = (FOLDER / "zh" / "LC_MESSAGES" / "vigil.po").read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if line.startswith("msgid ")]
    assert len(keys) == len(set(keys))


def test_a_catalogue_may_break_its_lines_and_leave_sentences_open() -> None:
    broken = 'msgid "one "\n"line"\nmsgstr "一"\n"行"\n'
    text = f'# remark\nmsgid ""\nmsgstr "Language: zh\\n"\n\n{broken}\nmsgid "open"\nmsgstr ""\n'
    assert read_po(text, "x.po") == {"one line": "一行"}


@pytest.mark.parametrize(
    "line",
    [
        'msgctxt "menu"',  # contexts are not used here
        "msgid one",  # no quotes
        '"before any msgid"',
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match=r"^x\.po:2: write msgid"):
        read_po(f"# first\n{line}\n", "x.po")


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'fr'; write one of en, zh"):
        catalogue("fr")


def test_every_language_but_english_has_its_file() -> None:
    assert [path.parts[-3] for path in Path(FOLDER).glob("*/LC_MESSAGES/vigil.po")] == list(LANGUAGES[1:])
