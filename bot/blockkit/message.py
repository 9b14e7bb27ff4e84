"""A whole message as it is sent: its blocks, older attachments and metadata, and how it is to be posted."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from bot.blockkit import limits
from bot.blockkit.blocks import MessageBlocks
from bot.blockkit.composition import Part

_Colour = Annotated[str, StringConstraints(pattern=r"^(good|warning|danger|#?[0-9a-fA-F]{6})$")]
_Filled = Annotated[str, StringConstraints(min_length=1)]
_Web = Annotated[str, StringConstraints(pattern=r"^https?://.")]


class AttachmentField(Part):
    title: str
    value: str
    short: bool | None = None


class Attachment(Part):
    """Slack's older way to say more below a message: blocks with a coloured bar, or a handful of texts.

    https://docs.slack.dev/messaging/formatting-message-text#attachments. Buttons are given as blocks only.
    """

    blocks: MessageBlocks | None = None
    fallback: str | None = None
    color: _Colour | None = None
    pretext: str | None = None
    author_name: _Filled | None = None
    author_link: _Web | None = None
    author_icon: _Web | None = None
    title: str | None = None
    title_link: _Web | None = None
    text: str | None = None
    fields: list[AttachmentField] | None = None
    image_url: _Web | None = None
    thumb_url: _Web | None = None
    footer: Annotated[str, StringConstraints(min_length=1, max_length=limits.ATTACHMENT_FOOTER)] | None = None
    footer_icon: _Web | None = None
    ts: int | str | None = None
    mrkdwn_in: list[Literal["pretext", "text", "fields"]] | None = None

    @model_validator(mode="after")
    def _says_something_one_way(self) -> Self:
        beside = self.model_fields_set - {"blocks", "color", "fallback"}
        if self.blocks and beside:
            raise ValueError(
                f"must give either `blocks` or {', '.join(f'`{name}`' for name in sorted(beside))}"
            )
        if not self.blocks and not beside - {"mrkdwn_in"} and not self.fallback:
            raise ValueError("must give `blocks` or a text")
        return self

    @model_validator(mode="after")
    def _names_what_it_leads_to(self) -> Self:
        for part, of in (("author_link", "author_name"), ("author_icon", "author_name"), ("ts", "footer")):
            if getattr(self, part) is not None and getattr(self, of) is None:
                raise ValueError(f"must give `{of}` where `{part}` is given")
        if self.image_url and self.thumb_url:
            raise ValueError("must give either `image_url` or `thumb_url`")
        return self


Attachments = Annotated[list[Attachment], Field(max_length=limits.ATTACHMENTS)]


class Metadata(Part):
    """https://docs.slack.dev/messaging/message-metadata"""

    event_type: _Filled
    event_payload: dict[str, JsonValue]


class Message(Part, defer_build=False):
    """What chat.postMessage takes, but for who posts; to a response URL it goes without a channel."""

    channel: _Filled | None = None
    text: str | None = None
    blocks: MessageBlocks | None = None
    attachments: Attachments | None = None
    metadata: Metadata | None = None
    thread_ts: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{6}$")] | None = None
    reply_broadcast: bool | None = None
    mrkdwn: bool | None = None
    link_names: bool | None = None
    parse: Literal["full", "none"] | None = None
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
