"""What blocks and elements are made of: text objects, options, confirmation dialogs."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.blockkit import limits

TEXT_TOO_LONG = "text_object_too_long"
"""The pydantic error type whose place is the text object, though its `text` is what is wrong."""

NULL = "null_type"
"""The pydantic error type of a key without a value."""


class Part(BaseModel):
    """Any part of a message or view: nothing is coerced, nothing unknown is let through.

    Only what is judged as a whole gets a validator of its own: that of a message knows all that is in it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_null(cls, given: Any) -> Any:
        """What is not given is left out: a null is neither a text nor a number."""
        nulls = [name for name, value in given.items() if value is None] if isinstance(given, dict) else []
        if nulls:
            wrong = PydanticCustomError(NULL, "must not be null: leave it out")
            at = [InitErrorDetails(type=wrong, loc=(name,), input=None) for name in nulls]
            raise ValidationError.from_exception_data(cls.__name__, at)
        return given


class PlainText(Part):
    type: Literal["plain_text"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=limits.TEXT_OBJECT)]
    emoji: bool | None = None


class Mrkdwn(Part):
    type: Literal["mrkdwn"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=limits.TEXT_OBJECT)]
    verbatim: bool | None = None


AnyText = Annotated[PlainText | Mrkdwn, Field(discriminator="type")]


def at_most(characters: int) -> AfterValidator:
    """A text object is allowed at most so many characters here."""

    def measure(value: PlainText | Mrkdwn) -> PlainText | Mrkdwn:
        if len(value.text) > characters:
            raise PydanticCustomError(
                TEXT_TOO_LONG,
                "must have at most {most} characters, has {has}",
                {"most": characters, "has": len(value.text)},
            )
        return value

    return AfterValidator(measure)


ActionId = Annotated[str, StringConstraints(min_length=1, max_length=limits.ACTION_ID)]
Url = Annotated[str, StringConstraints(max_length=limits.BUTTON_URL, pattern=r"^(https?|mailto|slack|tel):.")]
ImageUrl = Annotated[str, StringConstraints(max_length=limits.IMAGE_URL, pattern=r"^https?://.")]
Placeholder = Annotated[PlainText, at_most(limits.PLACEHOLDER)]
ColourScheme = Literal["primary", "danger"]


class Confirm(Part):
    title: Annotated[PlainText, at_most(limits.CONFIRM_TITLE)]
    text: Annotated[AnyText, at_most(limits.CONFIRM_TEXT)]
    confirm: Annotated[PlainText, at_most(limits.CONFIRM_BUTTON)]
    deny: Annotated[PlainText, at_most(limits.CONFIRM_BUTTON)]
    style: ColourScheme | None = None


class Option(Part):
    """A choice of a select menu."""

    text: Annotated[PlainText, at_most(limits.OPTION_TEXT)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=limits.OPTION_VALUE)]
    description: Annotated[PlainText, at_most(limits.OPTION_DESCRIPTION)] | None = None


class OverflowOption(Option):
    url: Annotated[str, StringConstraints(max_length=limits.OPTION_URL, pattern=r"^https?://.")] | None = None


class ChoiceOption(Part):
    """A choice of checkboxes or radio buttons, which alone may be formatted."""

    text: Annotated[AnyText, at_most(limits.OPTION_TEXT)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=limits.OPTION_VALUE)]
    description: Annotated[AnyText, at_most(limits.OPTION_DESCRIPTION)] | None = None


class OptionGroup(Part):
    label: Annotated[PlainText, at_most(limits.OPTION_GROUP_LABEL)]
    options: Annotated[list[Option], Field(min_length=1, max_length=limits.SELECT_OPTIONS)]


class SlackFile(Part):
    """A picture uploaded to Slack, by its ID or its URL."""

    id: str | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _by_one_of_the_two(self) -> Self:
        if (self.id is None) == (self.url is None):
            raise ValueError("must give either `id` or `url`")
        return self
