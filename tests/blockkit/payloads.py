"""Payloads made at random from a fixed seed: right ones, and ones with one thing wrong."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]


class Maker:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 no secret
        self._names = 0

    def maybe(self, **optional: Callable[[], Any]) -> Json:
        return {name: make() for name, make in optional.items() if self._dice.random() < 0.5}

    def some(self, make: Callable[[], Any], most: int = 3) -> list[Any]:
        return [make() for _ in range(self._dice.randint(1, most))]

    def word(self) -> str:
        return self._dice.choice(["Acknowledge", "值班", "p99 > 5 s", "x"])

    def name(self) -> str:
        self._names += 1
        return f"name-{self._names}"

    def yes(self) -> bool:
        return self._dice.random() < 0.5

    def plain(self) -> Json:
        return {"type": "plain_text", "text": self.word(), **self.maybe(emoji=self.yes)}

    def mrkdwn(self) -> Json:
        return {"type": "mrkdwn", "text": self.word(), **self.maybe(verbatim=self.yes)}

    def text(self) -> Json:
        return self.plain() if self.yes() else self.mrkdwn()

    def style(self) -> str:
        return self._dice.choice(["primary", "danger"])

    def confirm(self) -> Json:
        dialog = {"title": self.plain(), "text": self.text(), "confirm": self.plain(), "deny": self.plain()}
        return {**dialog, **self.maybe(style=self.style)}

    def option(self) -> Json:
        return {"text": self.plain(), "value": self.name(), **self.maybe(description=self.plain)}

    def choice(self) -> Json:
        return {"text": self.text(), "value": self.name(), **self.maybe(description=self.text)}

    def url(self) -> str:
        return f"https://x.example/{self.name()}"

    # --- elements ---

    def button(self) -> Json:
        optional = self.maybe(
            value=self.word,
            url=self.url,
            style=self.style,
            confirm=self.confirm,
            accessibility_label=self.word,
        )
        return {"type": "button", "text": self.plain(), "action_id": self.name(), **optional}

    def _one_of(self, options: list[Any]) -> Json:
        return self.maybe(initial_option=lambda: self._dice.choice(options))

    def static_select(self) -> Json:
        options = self.some(self.option)
        menu = {"type": "static_select", "action_id": self.name(), "options": options}
        optional = self.maybe(placeholder=self.plain, confirm=self.confirm, focus_on_load=self.yes)
        return {**menu, **self._one_of(options), **optional}

    def grouped_select(self) -> Json:
        groups = self.some(lambda: {"label": self.plain(), "options": self.some(self.option)})
        return {"type": "static_select", "action_id": self.name(), "option_groups": groups}

    def multi_static_select(self) -> Json:
        options = self.some(self.option)
        return {
            "type": "multi_static_select",
            "action_id": self.name(),
            "options": options,
            **self.maybe(
                initial_options=lambda: options[:1], max_selected_items=lambda: 2, placeholder=self.plain
            ),
        }

    def users_select(self) -> Json:
        optional = self.maybe(placeholder=self.plain, initial_user=lambda: "U012AB3CD")
        return {"type": "users_select", "action_id": self.name(), **optional}

    def from_workspace(self) -> Json:
        """A menu of people, channels or conversations, of one or several."""
        what = self._dice.choice(["user", "channel", "conversation"])
        named = {"action_id": self.name(), **self.maybe(placeholder=self.plain, focus_on_load=self.yes)}
        some = {"initial_" + what: "C012AB3CD"}
        extra: Json = {}
        if what == "conversation":
            include = {"include": ["public", "private"], **self.maybe(exclude_bot_users=self.yes)}
            extra = self.maybe(default_to_current_conversation=self.yes, filter=lambda: include)
        if self.yes():
            return {"type": f"{what}s_select", **named, **some, **extra}
        several = {"initial_" + what + "s": ["C012AB3CD"], "max_selected_items": 2}
        return {"type": f"multi_{what}s_select", **named, **several, **extra}

    def address_input(self) -> Json:
        kind = self._dice.choice(["email_text_input", "url_text_input"])
        optional = self.maybe(initial_value=self.word, placeholder=self.plain, focus_on_load=self.yes)
        return {"type": kind, "action_id": self.name(), **optional}

    def markdown(self) -> Json:
        return {"type": "markdown", "text": self.word()}

    def overflow(self) -> Json:
        options = [{**self.option(), **self.maybe(url=self.url)} for _ in range(2)]
        return {"type": "overflow", "action_id": self.name(), "options": options}

    def datepicker(self) -> Json:
        optional = self.maybe(initial_date=lambda: "2026-01-19", placeholder=self.plain)
        return {"type": "datepicker", "action_id": self.name(), **optional}

    def timepicker(self) -> Json:
        optional = self.maybe(initial_time=lambda: "09:30", timezone=lambda: "Asia/Shanghai")
        return {"type": "timepicker", "action_id": self.name(), **optional}

    def datetimepicker(self) -> Json:
        optional = self.maybe(initial_date_time=lambda: 1768760000)
        return {"type": "datetimepicker", "action_id": self.name(), **optional}

    def checkboxes(self) -> Json:
        options = self.some(self.choice)
        optional = self.maybe(initial_options=lambda: options[:1])
        return {"type": "checkboxes", "action_id": self.name(), "options": options, **optional}

    def radio_buttons(self) -> Json:
        options = self.some(self.choice)
        named = {"type": "radio_buttons", "action_id": self.name(), "options": options}
        return {**named, **self._one_of(options)}

    def image(self) -> Json:
        source = {"image_url": self.url()} if self.yes() else {"slack_file": {"id": "F012AB3CD"}}
        return {"type": "image", "alt_text": self.word(), **source}

    def plain_text_input(self) -> Json:
        optional = self.maybe(
            initial_value=self.word,
            multiline=self.yes,
            min_length=lambda: 1,
            max_length=lambda: 3000,
            placeholder=self.plain,
            dispatch_action_config=lambda: {"trigger_actions_on": ["on_enter_pressed"]},
        )
        return {"type": "plain_text_input", "action_id": self.name(), **optional}

    def number_input(self) -> Json:
        optional = self.maybe(initial_value=lambda: "2", min_value=lambda: "1", max_value=lambda: "9")
        named = {"type": "number_input", "action_id": self.name(), "is_decimal_allowed": self.yes()}
        return {**named, **optional}

    def anywhere(self) -> Json:
        makes = [
            self.static_select,
            self.grouped_select,
            self.multi_static_select,
            self.users_select,
            self.from_workspace,
            self.datepicker,
            self.timepicker,
            self.checkboxes,
            self.radio_buttons,
        ]
        return self._dice.choice(makes)()

    # --- blocks ---

    def section(self) -> Json:
        says = {"text": self.text()} if self.yes() else {"fields": self.some(self.text)}
        accessory = self._dice.choice([self.anywhere, self.button, self.overflow, self.image])
        return {"type": "section", **says, **self.maybe(accessory=accessory, expand=self.yes)}

    def actions(self) -> Json:
        make = self._dice.choice([self.anywhere, self.button, self.overflow, self.datetimepicker])
        return {"type": "actions", "elements": self.some(make)}

    def input(self) -> Json:
        make = self._dice.choice(
            [
                self.anywhere,
                self.plain_text_input,
                self.number_input,
                self.address_input,
                self.datetimepicker,
            ]
        )
        optional = self.maybe(hint=self.plain, optional=self.yes, dispatch_action=self.yes)
        return {"type": "input", "label": self.plain(), "element": make(), **optional}

    def context(self) -> Json:
        return {"type": "context", "elements": self.some(self._dice.choice([self.text, self.image]))}

    def header(self) -> Json:
        return {"type": "header", "text": self.plain()}

    def image_block(self) -> Json:
        return {**self.image(), **self.maybe(title=self.plain)}

    def divider(self) -> Json:
        return {"type": "divider"}

    def rich_text(self) -> Json:
        line = {"type": "rich_text_section", "elements": [{"type": "text", "text": self.word()}]}
        bullets = {"type": "rich_text_list", "style": "bullet", "elements": [line]}
        return {"type": "rich_text", "elements": [line, bullets] if self.yes() else [line]}

    def table(self) -> Json:
        cell = lambda: {"type": "raw_text", "text": self.word()} if self.yes() else self.rich_text()  # noqa: E731
        settings = self.maybe(column_settings=lambda: [{"align": "right", "is_wrapped": True}])
        return {"type": "table", "rows": self.some(lambda: [cell(), cell()]), **settings}

    def block(self) -> Json:
        makes = [
            self.section,
            self.actions,
            self.input,
            self.context,
            self.header,
            self.image_block,
            self.divider,
            self.rich_text,
            self.table,
            self.markdown,
        ]
        return {**self._dice.choice(makes)(), **self.maybe(block_id=self.name)}

    # --- whole messages and views ---

    def blocks(self, most: int, *unless: str) -> list[Json]:
        """Up to so many blocks, none of these types, and at most one table, as in a message."""
        found: list[Json] = []
        for block in (self.block() for _ in range(self._dice.randint(1, most))):
            second = block["type"] == "table" and any(each["type"] == "table" for each in found)
            if block["type"] not in unless and not second:
                found.append(block)
        return found or [self.header()]

    def attachment(self) -> Json:
        beside = self.maybe(color=lambda: self._dice.choice(["good", "#439FE0"]), fallback=self.word)
        if self.yes():
            return {"blocks": self.blocks(2, "table"), **beside}
        texts = self.maybe(
            pretext=self.word,
            title=self.word,
            fields=lambda: [{"title": self.word(), "value": self.word(), "short": self.yes()}],
        )
        author = {"author_name": self.word(), **self.maybe(author_link=self.url, author_icon=self.url)}
        footer = {"footer": self.word(), **self.maybe(footer_icon=self.url)}
        picture = self.maybe(image_url=self.url) if self.yes() else self.maybe(thumb_url=self.url)
        return {
            "text": self.word(),
            **texts,
            **(author if self.yes() else {}),
            **(footer if self.yes() else {}),
            **picture,
            **self.maybe(mrkdwn_in=lambda: ["text"]),
            **beside,
        }

    def metadata(self) -> Json:
        payload = {"operation": self.name(), "tries": 2, "late": False, "of": {"alert": "a1"}}
        return {"event_type": "vigil_page", "event_payload": payload}

    def message(self) -> Json:
        """The arguments of chat.postMessage."""
        thread = {"thread_ts": "1768760000.250000", **self.maybe(reply_broadcast=self.yes)}
        return {
            "channel": "C012AB3CD",
            "text": self.word(),
            **self.maybe(
                blocks=lambda: self.blocks(4),
                attachments=lambda: self.some(self.attachment, 2),
                metadata=self.metadata,
                unfurl_links=self.yes,
                unfurl_media=self.yes,
                mrkdwn=self.yes,
                link_names=self.yes,
                parse=lambda: "full",
            ),
            **(thread if self.yes() else {}),
        }

    def _view(self, kind: str) -> Json:
        named = self.maybe(private_metadata=self.name, callback_id=self.name, external_id=self.name)
        return {"type": kind, "blocks": self.blocks(4, "table", "markdown"), **named}

    def home(self) -> Json:
        return self._view("home")

    def modal(self) -> Json:
        optional = self.maybe(close=self.plain, clear_on_close=self.yes, notify_on_close=self.yes)
        return {**self._view("modal"), "title": self.plain(), "submit": self.plain(), **optional}

    # --- what is wrong ---

    def spoilt(self, part: Json, *, deep: bool = True) -> Json:
        """The same with one thing changed, somewhere in it; now and then that is right all the same.

        Not `deep`, it is changed outside its blocks.
        """
        wrong = copy.deepcopy(part)
        places = list(_places(wrong, deep=deep))
        holder, key = self._dice.choice(places)
        kinds = ["drop", "add", "type", "long", "empty", "many", "twice", "stray", "word", "null"]
        change = self._dice.choice(kinds)
        if change in _WHERE:
            holder, key = self._dice.choice([one for one in places if one[1] in _WHERE[change]] or places)
        value = holder[key]
        match change:
            case "drop":
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder["colour"] = "red"
            case "type":
                holder[key] = 7 if isinstance(value, str | bool) else "seven"
            case "long" if isinstance(value, str):
                holder[key] = "y" * 5000
            case "empty":
                holder[key] = [] if isinstance(value, list) else {} if isinstance(value, dict) else ""
            case "many" if isinstance(value, list) and value:
                holder[key] = value * 120
            case "twice" if isinstance(value, list):
                holder[key] = value * 2
            case "stray" if key == "initial_option":
                holder[key] = self.option()
            case "stray" if key == "initial_options":
                holder[key] = [self.option()]
            case "null":
                holder[key] = None
            case _:
                holder[key] = "nonsense"
        return wrong


_WHERE = {"stray": ("initial_option", "initial_options"), "twice": ("elements", "blocks")}
"""The keys at which a change has something to spoil."""


def _places(part: Any, *, deep: bool) -> Iterator[tuple[Any, Any]]:
    keys = part.keys() if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for key in keys:
        yield part, key
        if deep or key != "blocks":
            yield from _places(part[key], deep=deep)
