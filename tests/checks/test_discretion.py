import pytest
from pydantic import Field, SecretStr

from checks.base import Options
from checks.discretion import discreet, secrets_of


class Held(Options):
    plain: str = ""
    one: SecretStr = SecretStr("")
    several: dict[str, SecretStr] = Field(default_factory=dict)
    inner: tuple[Options, ...] = ()


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        # only what is declared secret is one
        (Held(plain="hunter22"), set()),
        (Held(one=SecretStr("hunter22")), {"hunter22"}),
        # too short to be told from other text
        (Held(one=SecretStr("abc")), set()),
        # of a mapping, what has a telling name; of a scheme and a token, the token by itself, too
        (
            Held(several={"Accept": SecretStr("text/html"), "Authorization": SecretStr("Bearer t0ken")}),
            {"Bearer t0ken", "t0ken"},
        ),
        (Held(several={"X-Api-Key": SecretStr("k3y-value")}), {"k3y-value"}),
        # of an address its password, as it is written and as it is meant
        (Held(one=SecretStr("postgresql://me:p%40ss@h/d")), {"postgresql://me:p%40ss@h/d", "p%40ss", "p@ss"}),
        (
            Held(one=SecretStr("http://h/p?token=t0ken&page=12345")),
            {"http://h/p?token=t0ken&page=12345", "t0ken"},
        ),
        (Held(one=SecretStr("http://h/p")), set()),
        # however deep it lies
        (Held(inner=(Held(one=SecretStr("hunter22")),)), {"hunter22"}),
    ],
)
def test_what_is_secret(options: Options, secrets: set[str]) -> None:
    assert secrets_of(options) == secrets


def test_every_secret_is_masked_the_longest_first() -> None:
    assert discreet("Bearer t0ken, and t0ken", {"t0ken", "Bearer t0ken"}) == "***, and ***"
