"""Menus: of options that are given, and of what there is in the workspace."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.blockkit import limits
from bot.blockkit.composition import ActionId, Confirm, Option, OptionGroup, Part, Placeholder


class Interactive(Part):
    action_id: ActionId | None = None
    confirm: Confirm | None = None
    focus_on_load: bool | None = None


class _Menu(Interactive):
    placeholder: Placeholder | None = None
    options: Annotated[list[Option], Field(min_length=1, max_length=limits.SELECT_OPTIONS)] | None = None
    option_groups: (
        Annotated[list[OptionGroup], Field(min_length=1, max_length=limits.SELECT_GROUPS)] | None
    ) = None

    def choices(self) -> list[Option]:
        return list(self.options or []) + [o for group in self.option_groups or [] for o in group.options]

    @model_validator(mode="after")
    def _options_or_groups(self) -> Self:
        if (self.options is None) == (self.option_groups is None):
            raise ValueError("must give either `options` or `option_groups`")
        return self


class StaticSelect(_Menu):
    type: Literal["static_select"]
    initial_option: Option | None = None

    @model_validator(mode="after")
    def _starts_on_an_option(self) -> Self:
        if self.initial_option is not None and self.initial_option not in self.choices():
            raise ValueError("`initial_option` must be exactly one of the options")
        return self


class MultiStaticSelect(_Menu):
    type: Literal["multi_static_select"]
    initial_options: Annotated[list[Option], Field(min_length=1)] | None = None
    max_selected_items: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _starts_on_options(self) -> Self:
        if any(option not in self.choices() for option in self.initial_options or []):
            raise ValueError("`initial_options` must be among the options, exactly")
        return self


class _OfMany(Interactive):
    """A menu of whatever there is in the workspace: people, channels, conversations."""

    placeholder: Placeholder | None = None


class _Several(_OfMany):
    max_selected_items: Annotated[int, Field(ge=1)] | None = None


class UsersSelect(_OfMany):
    type: Literal["users_select"]
    initial_user: str | None = None


class MultiUsersSelect(_Several):
    type: Literal["multi_users_select"]
    initial_users: list[str] | None = None


class ChannelsSelect(_OfMany):
    type: Literal["channels_select"]
    initial_channel: str | None = None
    response_url_enabled: bool | None = None


class MultiChannelsSelect(_Several):
    type: Literal["multi_channels_select"]
    initial_channels: list[str] | None = None


class ConversationFilter(Part):
    """https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object"""

    include: Annotated[list[Literal["im", "mpim", "private", "public"]], Field(min_length=1)] | None = None
    exclude_external_shared_channels: bool | None = None
    exclude_bot_users: bool | None = None


class ConversationsSelect(_OfMany):
    type: Literal["conversations_select"]
    initial_conversation: str | None = None
    default_to_current_conversation: bool | None = None
    response_url_enabled: bool | None = None
    filter: ConversationFilter | None = None


class MultiConversationsSelect(_Several):
    type: Literal["multi_conversations_select"]
    initial_conversations: list[str] | None = None
    default_to_current_conversation: bool | None = None
    filter: ConversationFilter | None = None


Menu = (
    StaticSelect
    | MultiStaticSelect
    | UsersSelect
    | MultiUsersSelect
    | ChannelsSelect
    | MultiChannelsSelect
    | ConversationsSelect
    | MultiConversationsSelect
)
