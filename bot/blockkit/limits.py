"""Slack's limits on Block Kit, by name. Lengths are characters, the rest are counts of items."""

# https://docs.slack.dev/reference/block-kit/blocks
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
BLOCK_ID = 255

# https://docs.slack.dev/reference/block-kit/blocks/section-block
SECTION_TEXT = 3000
SECTION_FIELDS = 10
SECTION_FIELD = 2000

# https://docs.slack.dev/reference/block-kit/blocks/header-block
HEADER_TEXT = 150

# https://docs.slack.dev/reference/block-kit/blocks/context-block
CONTEXT_ELEMENTS = 10

# https://docs.slack.dev/reference/block-kit/blocks/actions-block
ACTIONS_ELEMENTS = 25

# https://docs.slack.dev/reference/block-kit/blocks/image-block
IMAGE_URL = 3000
IMAGE_ALT_TEXT = 2000
IMAGE_TITLE = 2000

# https://docs.slack.dev/reference/block-kit/blocks/input-block
INPUT_LABEL = 2000
INPUT_HINT = 2000

# https://docs.slack.dev/reference/block-kit/blocks/table-block
TABLE_ROWS = 100
TABLE_COLUMNS = 20
TABLE_TEXT = 10000
TABLES_IN_MESSAGE = 1

# https://docs.slack.dev/reference/block-kit/blocks/markdown-block: of all in one message together
MARKDOWN_TEXT = 12000

# https://docs.slack.dev/reference/block-kit/composition-objects/text-object
TEXT_OBJECT = 3000

# https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTION_DESCRIPTION = 75
OPTION_URL = 3000

# https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object
OPTION_GROUP_LABEL = 75

# https://docs.slack.dev/reference/block-kit/block-elements
ACTION_ID = 255
PLACEHOLDER = 150

# https://docs.slack.dev/reference/block-kit/block-elements/button-element
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
BUTTON_URL = 3000
BUTTON_LABEL = 75

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
SELECT_OPTIONS = 100
SELECT_GROUPS = 100

# https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
OVERFLOW_OPTIONS = 5

# https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element
# https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element
CHOICE_OPTIONS = 10

# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
TEXT_INPUT = 3000

# https://docs.slack.dev/reference/views/modal-views
VIEW_TITLE = 24
VIEW_BUTTON = 24
VIEW_PRIVATE_METADATA = 3000
VIEW_CALLBACK_ID = 255
VIEW_EXTERNAL_ID = 255
VIEWS_IN_STACK = 3

# https://docs.slack.dev/reference/methods/views.open: `view_too_large` "greater than 250kb". Slack does not
# say how it counts: the bytes of the JSON as it is sent, all beyond ASCII spelt out, are the safe side.
VIEW_SIZE = 250_000

# https://docs.slack.dev/reference/methods/chat.postMessage
MESSAGE_TEXT = 40000

# https://docs.slack.dev/messaging/formatting-message-text#attachments
ATTACHMENTS = 100
ATTACHMENT_FOOTER = 300

# chat.update refuses longer texts, which chat.postMessage still takes (seratch/ChatGPT-in-Slack issue 102).
UPDATED_TEXT = 4000

# Slack refuses somewhere between 9,000 and 13,000 characters of block text with `msg_blocks_too_long` and
# documents no figure (slackapi/bolt-js issues 2509 and 2867): the budget is ours, on the safe side.
MESSAGE_BLOCK_TEXT = 9000
