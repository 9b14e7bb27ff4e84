"""The page for everybody: in both languages, by screen reader, told of mentions as one wishes."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from axe import severe
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

import bot.workspace
from bot.workspace import Workspace

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
PAGE = Path(bot.workspace.__file__).parent / "page"
PHONE = {"width": 390, "height": 844}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Silence"},
    "submit": {"type": "plain_text", "text": "Silence it"},
    "blocks": [
        {
            "type": "input",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "why"},
        }
    ],
}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def card(app: Any) -> str:
    """An alert with everything that a card may have, and a reply that mentions Lin."""
    options = [{"text": plain(name), "value": name} for name in ("one", "two")]
    blocks = [
        {"type": "header", "text": plain(":red_circle: CRITICAL – rate")},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Value*\n0.4 %"}] * 2},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]] * 2,
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "a", "text": plain("Acknowledge"), "style": "primary"},
                {"type": "static_select", "action_id": "b", "placeholder": plain("More"), "options": options},
                {"type": "overflow", "action_id": "c", "options": options},
                {"type": "datetimepicker", "action_id": "d"},
                {"type": "checkboxes", "action_id": "e", "options": options},
                {"type": "radio_buttons", "action_id": "f", "options": options},
                {"type": "multi_static_select", "action_id": "g", "options": options},
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "`a1b2` · <https://x.example|runbook>"}]},
    ]
    ts = str(app.post("alert", blocks=blocks))
    app.post("<@ULIN> please look", thread_ts=ts)
    app.call("reactions.add", channel=app.channels["oncall"], timestamp=ts, name="eyes")
    return ts


WINDOWS = [
    (f"{name} {scheme}", {"viewport": viewport, "color_scheme": scheme})
    for name, viewport in (("wide", {"width": 1280, "height": 800}), ("phone", PHONE))
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_axe_has_nothing_serious_to_say(open_page: OpenPage, connected_app: Any, locale: str) -> None:
    """Of the channel, a thread, App Home and a modal, wide and on a phone, light and dark."""
    card(connected_app)
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("orders")}]}
    connected_app.call("views.publish", user_id="ULIN", view=home)
    page = open_page("lin", locale=locale)
    found = {}

    def look(at: str) -> None:
        for name, window in WINDOWS:
            page.set_viewport_size(window["viewport"])
            page.emulate_media(color_scheme=window["color_scheme"])
            found[f"{at}, {name}"] = severe(page)
        page.set_viewport_size(WINDOWS[0][1]["viewport"])

    look("channel")
    page.locator(".thread-line").click()
    expect(page.locator("#thread article")).to_have_count(2)
    look("thread")
    page.get_by_role("link", name="Vigil").click()
    page.locator("#home-tab").click()
    expect(page.locator("#home")).to_have_text("orders")
    look("home")
    page.get_by_role("link", name="oncall").click()
    page.locator("#main-composer textarea").fill("/monitor form")
    page.keyboard.press("Enter")
    trigger = connected_app.hear("slash_commands")["trigger_id"]
    connected_app.call("views.open", trigger_id=trigger, view=MODAL)
    expect(page.get_by_role("dialog", name="Silence")).to_be_visible()
    look("modal")
    assert {at: said for at, said in found.items() if said} == {}
    assert len(found) == 16


def test_the_page_speaks_chinese_where_the_browser_does_and_english_when_asked(
    open_page: OpenPage, app: Any
) -> None:
    card(app)
    page = open_page("lin", locale="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("textbox", name="在 #oncall 发消息，或输入 / 使用命令")).to_be_visible()
    expect(page.locator(".thread-line")).to_contain_text("1 条回复")
    expect(page.locator(".day").first).to_contain_text("今天")
    page.get_by_role("button", name=re.compile("^EN")).click()
    expect(page.locator(".thread-line")).to_contain_text("1 reply")
    page.reload()
    expect(page.locator("#members")).to_have_text("3 members")


def said(source: str) -> set[str]:
    """The sentences of a script that are to be translated."""
    direct = re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', source)
    chosen = re.findall(r'\bt\([^"()]*\? "((?:[^"\\]|\\.)*)" : "((?:[^"\\]|\\.)*)"', source)
    return {*direct, *(each for pair in chosen for each in pair)}


def test_every_sentence_of_the_page_is_there_in_chinese_and_none_too_many() -> None:
    words = (PAGE / "js" / "words.js").read_text(encoding="utf-8")
    table = words.partition("const ZH = {")[2].partition("\n};")[0]
    keys = re.findall(r'^  "((?:[^"\\]|\\.)*)": "', table, re.MULTILINE)
    sources = "".join(path.read_text(encoding="utf-8") for path in (PAGE / "js").glob("*.js"))
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    spoken = said(sources.replace(table, ""))
    written = {text.strip() for text in re.findall(r">([^<>]+)<", html) if re.search("[A-Za-z]", text)}
    written |= set(re.findall(r'(?:aria-label|title)="([^"]+)"', html))
    assert len(keys) == len(set(keys))
    assert spoken | (written - {"/monitor help"}) <= set(keys)
    used = sources.replace(table, "") + html
    assert [key for key in keys if key not in used] == []


def test_a_mention_is_announced_only_when_that_is_asked_for(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin", permissions=["notifications"])
    page.evaluate(
        """() => {
          window.told = [];
          window.Notification = class {
            static permission = "granted";
            constructor(title, { body, silent }) { told.push([title, body, silent]); }
          };
          Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
        }"""
    )
    bell = page.locator("#notify")
    expect(bell).to_have_attribute("aria-label", "Mentions are not announced. Change")
    app.post("<@ULIN> not announced")
    expect(page.locator("article")).to_have_count(1)
    bell.click()
    expect(bell).to_have_attribute("aria-label", "Mentions are announced, without a sound. Change")
    app.post("<@ULIN> *level 1*: please look")
    app.post("nobody is mentioned")
    expect(page.locator("article")).to_have_count(3)
    assert page.evaluate("told") == [["Vigil mentions you in #oncall", "@Lin Wei level 1: please look", True]]


def test_an_emoji_is_given_from_a_choice_and_taken_back(open_page: OpenPage, app: Any) -> None:
    app.post("look at this")
    page = open_page("lin")
    page.locator("article").hover()
    page.get_by_role("button", name="React with an emoji").click()
    page.get_by_role("menuitemradio", name=":eyes:").click()
    pill = page.get_by_role("button", name=re.compile(":eyes: 1"))
    expect(pill).to_have_attribute("aria-pressed", "true")
    pill.click()
    expect(pill).to_have_count(0)


def test_choices_in_a_card_tell_what_was_chosen(open_page: OpenPage, connected_app: Any) -> None:
    card(connected_app)
    page = open_page("lin")
    page.get_by_role("checkbox", name="two").check()
    assert connected_app.hear("interactive")["actions"][0]["selected_options"][0]["value"] == "two"
    page.get_by_role("radio", name="one").check()
    assert connected_app.hear("interactive")["actions"][0]["selected_option"]["value"] == "one"


def test_a_private_channel_is_seen_by_who_is_in_it(open_page: OpenPage, workspace: Workspace) -> None:
    made = {"user": "lin", "channel": "secret", "deed": "create_private"}
    assert requests.post(f"{workspace.url}/local/channel", json=made, timeout=5).json()["ok"]
    lin, chen = open_page("lin"), open_page("chen")
    row = lin.get_by_role("link", name=re.compile("secret ?, private"))
    row.click()
    expect(lin.locator("#channel-name svg")).to_be_visible()
    expect(chen.get_by_role("link", name="secret")).to_have_count(0)
    lin.get_by_role("textbox").first.fill("/invite @chen")
    lin.keyboard.press("Enter")
    chen.get_by_role("link", name=re.compile("secret ?, private")).click()
    expect(chen.locator("#members")).to_have_text("2 members")


def test_who_goes_away_is_shown_so_in_every_window(open_page: OpenPage) -> None:
    lin, chen = open_page("lin"), open_page("chen")
    presence = lin.get_by_role("img", name=re.compile("^(active|away)$"))
    expect(presence).to_have_accessible_name("active")
    lin.get_by_role("textbox").first.fill("/away")
    lin.keyboard.press("Enter")
    expect(presence).to_have_accessible_name("away")
    expect(chen.locator("#members")).to_have_attribute("title", re.compile(r"Lin Wei \(away\)"))
    expect(chen.get_by_role("img", name="active")).to_be_visible()


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DRAWN = "img => img.complete && img.naturalWidth > 0"


def rich(*elements: dict[str, Any], kind: str = "rich_text_section", **more: Any) -> dict[str, Any]:
    return {"type": kind, "elements": list(elements), **more}


def test_rich_text_pictures_and_files_are_drawn(open_page: OpenPage, app: Any, workspace: Workspace) -> None:
    bold = {"type": "text", "text": "first", "style": {"bold": True}}
    link = {"type": "link", "url": "https://x.example/", "text": "runbook"}
    person = {"type": "user", "user_id": "UCHEN"}
    text = rich(
        rich(rich(bold), rich(link), kind="rich_text_list", style="ordered"),
        rich(person, kind="rich_text_quote"),
        rich({"type": "text", "text": "a\n b"}, kind="rich_text_preformatted"),
        kind="rich_text",
    )
    picture = {"type": "image", "image_url": f"{workspace.url}/page/favicon.svg", "alt_text": "an open eye"}
    app.post("rich", blocks=[text, picture])
    client = WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")
    for name, content in (("latency.png", PIXEL), ("report.html", b"<h1>Report</h1>")):
        client.files_upload_v2(
            channel=app.channels["oncall"], file=content, filename=name, title=f"The {name}"
        )
    page = open_page("lin")
    card = page.locator("article").first
    expect(card.get_by_role("listitem")).to_have_text(["first", "runbook"])
    expect(card.get_by_role("link", name="runbook")).to_have_attribute("href", "https://x.example/")
    expect(card.locator("blockquote .mention")).to_have_text("@Chen Yu")
    expect(card.locator("pre")).to_have_text("a\n b")
    for seen in (
        card.get_by_role("img", name="an open eye"),
        page.get_by_role("img", name="The latency.png"),
    ):
        seen.scroll_into_view_if_needed()
        expect(seen).to_be_visible()
        page.wait_for_function(DRAWN, arg=seen.element_handle())
    expect(page.get_by_role("link", name=re.compile("The report.html"))).to_be_visible()


def test_the_way_to_the_sample_stands_in_the_side_bar_in_the_readers_language(open_page: OpenPage) -> None:
    for locale, name in (("en-GB", "Break the sample service"), ("zh-CN", "让示例服务出故障")):
        way = open_page("lin", locale=locale).get_by_role("link", name=name)
        expect(way).to_have_attribute("href", "http://127.0.0.1:9/")
        expect(way).to_have_attribute("target", "_blank")


def test_the_colours_are_those_of_the_system_until_others_are_chosen(open_page: OpenPage) -> None:
    page = open_page("lin", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    button = page.locator("#theme")
    button.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    light = page.evaluate(ground)
    assert light != dark
    page.reload()
    assert page.evaluate(ground) == light
    button.click()
    assert page.evaluate(ground) == dark
