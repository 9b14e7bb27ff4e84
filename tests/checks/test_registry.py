import pytest

from checks.base import Options
from checks.registry import KINDS, find_kind


def test_every_kind_is_registered_under_its_own_name() -> None:
    assert {name: find_kind(name).name for name in KINDS} == {name: name for name in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_is_described_for_the_reference(kind: str) -> None:
    model = find_kind(kind).options_model
    assert issubclass(model, Options)
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_option_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        find_kind(kind).options_model.model_validate({"speling": 1})


def test_an_unknown_kind_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"no kind of check 'comand'; did you mean command\?") as refused:
        find_kind("comand")
    assert f"write one of {', '.join(sorted(KINDS))}" in str(refused.value)


def test_a_kind_like_no_other_is_answered_with_all() -> None:
    with pytest.raises(ValueError, match="'zzz'; write one of command, "):
        find_kind("zzz")
