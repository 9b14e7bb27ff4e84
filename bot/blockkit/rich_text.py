"""Rich text: what people's own messages are made of, and what a table's cell may hold.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.blockkit.composition import Part

Filled = Annotated[str, StringConstraints(min_length=1)]


class Style(Part):
    bold: bool | None = None
    italic: bool | None = None
    strike: bool | None = None
    underline: bool | None = None
    code: bool | None = None
    highlight: bool | None = None
    client_highlight: bool | None = None
    unlink: bool | None = None


class _Styled(Part):
    style: Style | None = None


class Words(_Styled):
    type: Literal["text"]
    text: Filled


class Link(_Styled):
    type: Literal["link"]
    url: Filled
    text: str | None = None
    unsafe: bool | None = None


class Emoji(_Styled):
    type: Literal["emoji"]
    name: Filled
    unicode: str | None = None
    url: str | None = None


class UserMention(_Styled):
    type: Literal["user"]
    user_id: Filled


class UsergroupMention(_Styled):
    type: Literal["usergroup"]
    usergroup_id: Filled


class ChannelMention(_Styled):
    type: Literal["channel"]
    channel_id: Filled


class Broadcast(_Styled):
    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class Date(_Styled):
    type: Literal["date"]
    timestamp: int
    format: Filled
    url: str | None = None
    fallback: str | None = None


class Colour(_Styled):
    type: Literal["color"]
    value: Filled


_Inline = Annotated[
    Words | Link | Emoji | UserMention | UsergroupMention | ChannelMention | Broadcast | Date | Colour,
    Field(discriminator="type"),
]
_Border = Annotated[int, Field(ge=0, le=1)]


class Line(Part):
    type: Literal["rich_text_section"]
    elements: list[_Inline]


class Bullets(Part):
    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: list[Line]
    indent: Annotated[int, Field(ge=0, le=8)] | None = None
    offset: Annotated[int, Field(ge=0)] | None = None
    border: _Border | None = None


class Preformatted(Part):
    type: Literal["rich_text_preformatted"]
    elements: list[Annotated[Words | Link, Field(discriminator="type")]]
    border: _Border | None = None
    language: str | None = None


class Quote(Part):
    type: Literal["rich_text_quote"]
    elements: list[_Inline]
    border: _Border | None = None


RichTextPart = Annotated[Line | Bullets | Preformatted | Quote, Field(discriminator="type")]
