"""The interactive elements and pictures that stand inside blocks."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.blockkit import limits
from bot.blockkit.composition import (
    ActionId,
    ChoiceOption,
    ColourScheme,
    Confirm,
    ImageUrl,
    OverflowOption,
    Part,
    Placeholder,
    PlainText,
    SlackFile,
    Url,
    at_most,
)
from bot.blockkit.menus import Interactive, Menu


class Image(Part):
    type: Literal["image"]
    alt_text: Annotated[str, StringConstraints(min_length=1, max_length=limits.IMAGE_ALT_TEXT)]
    image_url: ImageUrl | None = None
    slack_file: SlackFile | None = None

    @model_validator(mode="after")
    def _one_picture(self) -> Self:
        if (self.image_url is None) == (self.slack_file is None):
            raise ValueError("must give either `image_url` or `slack_file`")
        return self


class Button(Part):
    type: Literal["button"]
    text: Annotated[PlainText, at_most(limits.BUTTON_TEXT)]
    action_id: ActionId | None = None
    url: Url | None = None
    value: Annotated[str, StringConstraints(max_length=limits.BUTTON_VALUE)] | None = None
    style: ColourScheme | None = None
    confirm: Confirm | None = None
    accessibility_label: (
        Annotated[str, StringConstraints(min_length=1, max_length=limits.BUTTON_LABEL)] | None
    ) = None


class Overflow(Part):
    type: Literal["overflow"]
    action_id: ActionId | None = None
    options: Annotated[list[OverflowOption], Field(min_length=1, max_length=limits.OVERFLOW_OPTIONS)]
    confirm: Confirm | None = None


class DatePicker(Interactive):
    type: Literal["datepicker"]
    initial_date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None
    placeholder: Placeholder | None = None


class TimePicker(Interactive):
    type: Literal["timepicker"]
    initial_time: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None
    placeholder: Placeholder | None = None
    timezone: str | None = None


class DateTimePicker(Interactive):
    type: Literal["datetimepicker"]
    initial_date_time: Annotated[int, Field(ge=1_000_000_000, le=9_999_999_999)] | None = None


class _Choices(Interactive):
    options: Annotated[list[ChoiceOption], Field(min_length=1, max_length=limits.CHOICE_OPTIONS)]


class Checkboxes(_Choices):
    type: Literal["checkboxes"]
    initial_options: Annotated[list[ChoiceOption], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _starts_on_options(self) -> Self:
        if any(option not in self.options for option in self.initial_options or []):
            raise ValueError("`initial_options` must be among the options, exactly")
        return self


class RadioButtons(_Choices):
    type: Literal["radio_buttons"]
    initial_option: ChoiceOption | None = None

    @model_validator(mode="after")
    def _starts_on_an_option(self) -> Self:
        if self.initial_option is not None and self.initial_option not in self.options:
            raise ValueError("`initial_option` must be exactly one of the options")
        return self


class DispatchActionConfig(Part):
    trigger_actions_on: (
        Annotated[list[Literal["on_enter_pressed", "on_character_entered"]], Field(min_length=1)] | None
    ) = None


class _Typed(Part):
    action_id: ActionId | None = None
    placeholder: Placeholder | None = None
    dispatch_action_config: DispatchActionConfig | None = None
    focus_on_load: bool | None = None


class PlainTextInput(_Typed):
    type: Literal["plain_text_input"]
    initial_value: Annotated[str, StringConstraints(max_length=limits.TEXT_INPUT)] | None = None
    multiline: bool | None = None
    min_length: Annotated[int, Field(ge=0, le=limits.TEXT_INPUT)] | None = None
    max_length: Annotated[int, Field(ge=1, le=limits.TEXT_INPUT)] | None = None


_Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class NumberInput(_Typed):
    type: Literal["number_input"]
    is_decimal_allowed: bool
    initial_value: _Number | None = None
    min_value: _Number | None = None
    max_value: _Number | None = None


class EmailInput(_Typed):
    type: Literal["email_text_input"]
    initial_value: str | None = None


class UrlInput(_Typed):
    type: Literal["url_text_input"]
    initial_value: str | None = None


_Anywhere = Menu | DatePicker | TimePicker | Checkboxes | RadioButtons

Accessory = Annotated[Button | Overflow | Image | _Anywhere, Field(discriminator="type")]
Action = Annotated[Button | Overflow | DateTimePicker | _Anywhere, Field(discriminator="type")]
Input = Annotated[
    DateTimePicker | PlainTextInput | NumberInput | EmailInput | UrlInput | _Anywhere,
    Field(discriminator="type"),
]
