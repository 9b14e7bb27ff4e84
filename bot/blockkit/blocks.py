"""The blocks of a message, a modal or a home page, and the views themselves."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.blockkit import elements, limits
from bot.blockkit.composition import AnyText, ImageUrl, Mrkdwn, Part, PlainText, SlackFile, at_most
from bot.blockkit.rich_text import RichTextPart


class _Block(Part):
    block_id: Annotated[str, StringConstraints(min_length=1, max_length=limits.BLOCK_ID)] | None = None


class Section(_Block):
    type: Literal["section"]
    text: Annotated[AnyText, at_most(limits.SECTION_TEXT)] | None = None
    fields: (
        Annotated[
            list[Annotated[AnyText, at_most(limits.SECTION_FIELD)]],
            Field(min_length=1, max_length=limits.SECTION_FIELDS),
        ]
        | None
    ) = None
    accessory: elements.Accessory | None = None
    expand: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise ValueError("must give `text` or `fields`")
        return self


class Header(_Block):
    type: Literal["header"]
    text: Annotated[PlainText, at_most(limits.HEADER_TEXT)]


class Context(_Block):
    type: Literal["context"]
    elements: Annotated[
        list[Annotated[elements.Image | PlainText | Mrkdwn, Field(discriminator="type")]],
        Field(min_length=1, max_length=limits.CONTEXT_ELEMENTS),
    ]


class Actions(_Block):
    type: Literal["actions"]
    elements: Annotated[list[elements.Action], Field(min_length=1, max_length=limits.ACTIONS_ELEMENTS)]


class Divider(_Block):
    type: Literal["divider"]


class ImageBlock(_Block):
    type: Literal["image"]
    alt_text: Annotated[str, StringConstraints(min_length=1, max_length=limits.IMAGE_ALT_TEXT)]
    title: Annotated[PlainText, at_most(limits.IMAGE_TITLE)] | None = None
    image_url: ImageUrl | None = None
    slack_file: SlackFile | None = None

    @model_validator(mode="after")
    def _one_picture(self) -> Self:
        if (self.image_url is None) == (self.slack_file is None):
            raise ValueError("must give either `image_url` or `slack_file`")
        return self


class InputBlock(_Block):
    type: Literal["input"]
    label: Annotated[PlainText, at_most(limits.INPUT_LABEL)]
    element: elements.Input
    hint: Annotated[PlainText, at_most(limits.INPUT_HINT)] | None = None
    optional: bool | None = None
    dispatch_action: bool | None = None


class RichText(_Block):
    type: Literal["rich_text"]
    elements: list[RichTextPart]


class Markdown(_Block):
    """Text in Markdown, which Slack makes blocks of."""

    type: Literal["markdown"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=limits.MARKDOWN_TEXT)]


class RawText(Part):
    type: Literal["raw_text"]
    text: Annotated[str, StringConstraints(min_length=1)]


class ColumnSetting(Part):
    align: Literal["left", "center", "right"] | None = None
    is_wrapped: bool | None = None


class Table(_Block):
    type: Literal["table"]
    rows: Annotated[
        list[
            Annotated[
                list[Annotated[RawText | RichText, Field(discriminator="type")]],
                Field(min_length=1, max_length=limits.TABLE_COLUMNS),
            ]
        ],
        Field(min_length=1, max_length=limits.TABLE_ROWS),
    ]
    column_settings: Annotated[list[ColumnSetting | None], Field(max_length=limits.TABLE_COLUMNS)] | None = (
        None
    )


_Anywhere = Section | Header | Context | Actions | Divider | ImageBlock | InputBlock | RichText
MessageBlock = Annotated[_Anywhere | Table | Markdown, Field(discriminator="type")]
ViewBlock = Annotated[_Anywhere, Field(discriminator="type")]
MessageBlocks = Annotated[list[MessageBlock], Field(max_length=limits.BLOCKS_IN_MESSAGE)]
ViewBlocks = Annotated[list[ViewBlock], Field(max_length=limits.BLOCKS_IN_VIEW)]


class _View(Part):
    blocks: ViewBlocks
    private_metadata: Annotated[str, StringConstraints(max_length=limits.VIEW_PRIVATE_METADATA)] | None = None
    callback_id: Annotated[str, StringConstraints(max_length=limits.VIEW_CALLBACK_ID)] | None = None
    external_id: Annotated[str, StringConstraints(max_length=limits.VIEW_EXTERNAL_ID)] | None = None


class Modal(_View):
    type: Literal["modal"]
    title: Annotated[PlainText, at_most(limits.VIEW_TITLE)]
    submit: Annotated[PlainText, at_most(limits.VIEW_BUTTON)] | None = None
    close: Annotated[PlainText, at_most(limits.VIEW_BUTTON)] | None = None
    clear_on_close: bool | None = None
    notify_on_close: bool | None = None

    @model_validator(mode="after")
    def _inputs_can_be_submitted(self) -> Self:
        if self.submit is None and any(isinstance(block, InputBlock) for block in self.blocks):
            raise ValueError("must give `submit`, because there are input blocks")
        return self


class Home(_View):
    type: Literal["home"]
