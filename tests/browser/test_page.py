"""The page of the local workspace, in a real browser on a real workspace."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.workspace import Workspace

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "a1", **more}


ROLL_BACK = {
    "title": plain("Roll back orders?"),
    "text": mrkdwn("*v1.0* is replaced by *v0.9*."),
    "confirm": plain("Yes, roll back"),
    "deny": plain("Cancel"),
    "style": "danger",
}
ALERT = [
    {"type": "header", "text": plain(":rotating_light: P99 latency 12.1 s > 10 s")},
    {
        "type": "section",
        "fields": [mrkdwn("*State*\n:red_circle: firing"), mrkdwn("*Metric*\n`latency_p99`")],
    },
    {
        "type": "actions",
        "elements": [
            button("Acknowledge", "ack", style="primary"),
            button("Roll back", "rollback", style="danger", confirm=ROLL_BACK),
            {
                "type": "static_select",
                "action_id": "more",
                "placeholder": plain("More"),
                "options": [
                    {"text": plain("Silence for 1 h"), "value": "silence"},
                    {"text": plain("Run again"), "value": "run"},
                ],
            },
        ],
    },
    {"type": "divider"},
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Host"}, {"type": "raw_text", "text": "CPU"}],
            [{"type": "raw_text", "text": "web-1"}, {"type": "raw_text", "text": "34 %"}],
        ],
    },
    {"type": "context", "elements": [mrkdwn("nobody has taken it")]},
]


def composer(page: Page) -> Any:
    return page.get_by_label("Message #oncall")


def test_blocks_are_drawn_for_people_and_for_screen_readers(open_page: OpenPage, app: Any) -> None:
    app.post("P99 latency is high", blocks=ALERT)
    card = open_page("lin").locator("article")
    expect(card.get_by_role("heading")).to_contain_text("P99 latency 12.1 s > 10 s")
    expect(card.get_by_role("img", name="red circle")).to_have_text("🔴")
    expect(card.locator(".field")).to_have_count(2)
    expect(card.get_by_role("columnheader", name="CPU")).to_be_visible()
    expect(card.get_by_role("cell", name="34 %")).to_be_visible()
    expect(card.get_by_role("separator")).to_be_visible()
    expect(card.get_by_role("button", name="Acknowledge")).to_be_visible()
    expect(card).not_to_contain_text("P99 latency is high")  # the text is for notifications


MRKDWN = [
    ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <s>gone</s>"),
    ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),  # marks inside words are letters
    ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),  # nothing is special inside code
    ("*`x` and :tada:*", "<strong><code>x</code> and "),
    ("a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"),  # decoded once
    (":no_such_emoji:", ":no_such_emoji:"),
    ("<https://example.com/a|runbook>", '<a href="https://example.com/a" target="_blank"'),
    ("<javascript:alert(1)|x>", "<span>x</span>"),  # a link that runs something is no link
    ("&gt; said\nplain", '<blockquote>said</blockquote><div class="lines">plain</div>'),
    ("```a\n  <b>```", "<pre><code>a\n  &lt;b&gt;</code></pre>"),
    ("<!date^1768759200^{date_num} {time}|x>", ">19/01/2026 02:00</time>"),  # in the viewer's zone
    ("<@UCHEN> and <!subteam^S1>", '<span class="mention" title="UCHEN">@Chen Yu</span> and'),
    ("<@ULIN>", '<span class="mention mine" title="ULIN">@Lin Wei</span>'),
]


def test_mrkdwn_looks_as_in_slack(open_page: OpenPage, app: Any) -> None:
    for sent, _ in MRKDWN:
        app.post(sent)
    texts = open_page("lin").locator("article .text")
    expect(texts).to_have_count(len(MRKDWN))
    drawn = [text.inner_html() for text in texts.all()]
    assert [(html, shown) for html, (_, shown) in zip(drawn, MRKDWN, strict=True) if shown not in html] == []


def test_nothing_in_a_message_becomes_html(open_page: OpenPage, app: Any) -> None:
    evil = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
    section = {"type": "section", "text": mrkdwn(evil), "fields": [plain(evil)]}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": evil}]]}
    app.post(evil)
    app.post(evil, blocks=[{"type": "header", "text": plain(evil)}, section, table])
    page = open_page("lin")
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator("article img, article script")).to_have_count(0)
    assert page.locator("article").nth(1).inner_text().count("onerror=") == 4
    assert "owned" not in page.title()


def test_plain_text_shows_escaped_characters_as_they_are(open_page: OpenPage, connected_app: Any) -> None:
    question = {"title": plain("a &lt; b"), "text": plain("a &gt; b"), "confirm": plain("x &amp; y")}
    options = [{"text": plain("1 &lt; 2"), "description": plain("R&amp;D"), "value": "v"}]
    menu = {"type": "static_select", "action_id": "more", "placeholder": plain("&lt;more&gt;")}
    dangerous = button("P99 &gt; 10 s", "go", confirm={**question, "deny": plain("&amp;lt;")})
    elements = [dangerous, {**menu, "option_groups": [{"label": plain("A&amp;B"), "options": options}]}]
    card = [{"type": "header", "text": plain("&lt;b&gt;")}, {"type": "actions", "elements": elements}]
    connected_app.post("alert", blocks=card)
    page = open_page("lin")
    expect(page.get_by_role("heading", name="<b>", exact=True)).to_be_visible()
    page.get_by_role("button", name="<more>", exact=True).click()
    expect(page.get_by_role("group", name="A&B", exact=True)).to_have_text("A&B1 < 2R&D")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="P99 > 10 s", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="a < b", exact=True)
    expect(dialog).to_contain_text("a > b")
    expect(dialog.get_by_role("button", name="x & y", exact=True)).to_be_visible()
    expect(dialog.get_by_role("button", name="&lt;", exact=True)).to_be_visible()  # decoded once


def test_a_mention_of_ones_own_group_stands_out(open_page: OpenPage, app: Any) -> None:
    app.post("<!subteam^S1> please look")
    expect(open_page("chen").locator("article.mentions-me .mention.mine")).to_have_text("@development")
    lin = open_page("lin")
    expect(lin.locator("article .mention")).to_have_text("@development")
    expect(lin.locator("article.mentions-me, .mention.mine")).to_have_count(0)


def test_times_are_on_a_24_hour_clock_with_date_and_zone_at_hand(open_page: OpenPage, app: Any) -> None:
    app.post("<!date^1768835045^{time}|x> and <!date^1768752000^{time_secs}|x>")
    page = open_page("lin", locale="en-US")
    evening, midnight = page.locator("article .text time").all()
    expect(evening).to_have_text("23:04")
    expect(midnight).to_have_text("00:00:00")
    expect(evening).to_have_attribute("title", "Monday, January 19, 2026 at 23:04:05 GMT+8")
    expect(page.locator("article .byline time")).to_have_text(re.compile(r"^\d\d:\d\d$"))


def test_the_composer_offers_the_words_that_the_workspace_was_given(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin")
    composer(page).fill("/monitor s")
    offered = page.get_by_role("listbox").locator(".suggestion-title")
    expect(offered).to_have_text(["/monitor status", "/monitor silence MATCHER… 1h", "/monitor swap PERSON"])
    composer(page).fill("/monitor sw")
    expect(page.get_by_role("listbox")).to_have_text("/monitor swap PERSON<b>two</b> shifts")
    composer(page).fill("/monitor swap ")
    expect(offered).to_have_text(["/monitor swap back [ID]"])
    composer(page).press("Tab")
    expect(composer(page)).to_have_value("/monitor swap back")


def test_an_updated_card_is_replaced_in_place(open_page: OpenPage, app: Any) -> None:
    ts = app.post("alert", blocks=ALERT)
    app.post("something later")
    page = open_page("lin")
    later = page.locator("article").nth(1).element_handle()
    app.update(ts, "acknowledged", blocks=[{"type": "section", "text": mrkdwn("*Lin Wei* has taken it")}])
    expect(page.locator("article .blocks").first).to_have_text("Lin Wei has taken it")
    expect(page.locator("article .byline").first).to_contain_text("(edited)")
    expect(page.locator("article .byline").last).not_to_contain_text("(edited)")
    expect(page.locator("article")).to_have_count(2)
    assert later.evaluate("node => node.isConnected")  # what did not change was not redrawn


def test_a_deleted_message_goes(open_page: OpenPage, app: Any) -> None:
    ts = app.post("wrong channel")
    page = open_page("lin")
    expect(page.locator("article")).to_have_count(1)
    app.call("chat.delete", channel=app.channels["oncall"], ts=ts)
    expect(page.locator("article")).to_have_count(0)


def test_a_command_reaches_the_app_and_its_answer_is_private(open_page: OpenPage, connected_app: Any) -> None:
    connected_app.answers["status"] = {"response_type": "ephemeral", "text": "All is *well*."}
    lin, chen = open_page("lin"), open_page("chen")
    expect(lin.locator("#bot-state")).to_have_text("Vigil is connected")
    composer(lin).fill("/monitor sta")
    expect(lin.get_by_role("listbox").get_by_role("option")).to_contain_text("/monitor status")
    composer(lin).press("Tab")
    composer(lin).press("Enter")
    expect(lin.locator("article.ephemeral")).to_contain_text("Only visible to you")
    expect(lin.locator("article.ephemeral")).to_contain_text("All is well.")
    sent = connected_app.hear("slash_commands")
    assert (sent["command"], sent["text"], sent["user_id"]) == ("/monitor", "status", "ULIN")
    connected_app.post("for everybody")
    expect(chen.locator("article")).to_have_count(1)  # Chen sees that one only


def test_a_command_that_nobody_answers_says_so_and_keeps_what_was_typed(
    open_page: OpenPage, app: Any
) -> None:
    page = open_page("lin")
    composer(page).fill("/monitor status now")
    composer(page).press("Enter")
    expect(page.locator("#main-composer").get_by_role("status")).to_contain_text("dispatch_failed")
    expect(composer(page)).to_have_value("/monitor status now")
    expect(page.locator("#bot-state")).to_have_text("Vigil is not connected")


def test_a_message_is_sent_with_enter_and_recalled_with_arrow_up(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin")
    composer(page).fill("first")
    composer(page).press("Shift+Enter")
    composer(page).type("second <b>")
    composer(page).press("Enter")
    expect(page.locator("article .text")).to_have_text("first\nsecond <b>")
    expect(composer(page)).to_have_value("")
    composer(page).press("ArrowUp")
    expect(composer(page)).to_have_value("first\nsecond <b>")


def test_a_dangerous_button_asks_first(open_page: OpenPage, connected_app: Any) -> None:
    connected_app.post("alert", blocks=ALERT)
    page = open_page("lin")
    page.get_by_role("button", name="Roll back").click()
    dialog = page.get_by_role("alertdialog", name="Roll back orders?")
    expect(dialog).to_contain_text("v1.0 is replaced by v0.9.")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Acknowledge").click()
    assert (
        connected_app.hear("interactive")["actions"][0]["action_id"] == "ack"
    )  # what was cancelled was not sent
    page.get_by_role("button", name="Roll back").click()
    dialog.get_by_role("button", name="Yes, roll back").click()
    assert connected_app.hear("interactive")["actions"][0]["action_id"] == "rollback"
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_a_choice_from_a_menu_works_by_keyboard(open_page: OpenPage, connected_app: Any) -> None:
    connected_app.post("alert", blocks=ALERT)
    page = open_page("lin")
    page.get_by_role("button", name="More", exact=True).press("Enter")
    expect(page.get_by_role("menuitemradio", name="Silence for 1 h")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_have_count(0)
    assert connected_app.hear("interactive")["actions"][0]["selected_option"]["value"] == "run"


def test_a_button_that_nobody_answers_says_so_under_the_card(open_page: OpenPage, app: Any) -> None:
    app.post("alert", blocks=ALERT)
    page = open_page("lin")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("article").get_by_role("alert")).to_contain_text("dispatch_failed")


def test_a_thread_opens_beside_the_channel_and_takes_replies(open_page: OpenPage, app: Any) -> None:
    ts = app.post(":red_circle: *CRITICAL* – rate 0.4 &gt; 0.1. Next: <@UCHEN>")
    app.post(":pager: <@ULIN> please look", thread_ts=ts)
    app.post("level 2", thread_ts=ts, reply_broadcast=True)
    page = open_page("lin")
    expect(page.locator("#main")).to_contain_text(
        "replied to a thread: 🔴 CRITICAL – rate 0.4 > 0.1. Next: @Chen Yu"
    )
    expect(page.locator("#main article")).to_have_count(2)  # the head, and the reply sent to the channel too
    page.get_by_role("button", name=re.compile("2 replies")).click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.locator("article")).to_have_count(3)
    expect(thread.locator("article.mentions-me")).to_contain_text("@Lin Wei please look")
    thread.get_by_label("Reply…").fill("on it")
    thread.get_by_label("Reply…").press("Enter")
    expect(thread.locator("article").last).to_contain_text("on it")
    expect(page.get_by_role("button", name=re.compile("3 replies"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()


def test_what_one_has_not_seen_is_counted(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin")
    app.call("chat.postMessage", channel=app.channels["management"], text="<@ULIN> the gate is at 24 h")
    app.call("chat.postMessage", channel=app.channels["management"], text="evidence follows")
    channel = page.get_by_role("link", name="management")
    expect(channel).to_contain_text("2 unread")
    expect(channel.get_by_label("1 unread mentions")).to_be_visible()
    expect(page).to_have_title("(2) #oncall · Vigil")
    channel.click()
    expect(page).to_have_title("#management · Vigil")
    expect(channel).not_to_contain_text("unread")


def test_what_is_seen_in_one_window_is_seen_in_the_other(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin")
    other = page.context.new_page()
    other.goto(f"{page.url.partition('#')[0]}#management")
    other.locator("#page:not([aria-busy])").wait_for()
    app.call("chat.postMessage", channel=app.channels["management"], text="<@ULIN> the gate is at 24 h")
    expect(other.locator("article")).to_have_count(1)
    app.post("after it")
    expect(page.locator("#main article")).to_have_count(1)
    expect(page.get_by_role("link", name="management")).not_to_contain_text("unread")
    other.close()


def test_a_modal_shows_what_is_wrong_at_its_field(open_page: OpenPage, connected_app: Any) -> None:
    connected_app.post("alert", blocks=ALERT)
    page = open_page("lin")
    page.get_by_role("button", name="Acknowledge").click()
    why = {"type": "plain_text_input", "action_id": "why"}
    view = {
        "type": "modal",
        "title": plain("Silence"),
        "submit": plain("Silence it"),
        "blocks": [{"type": "input", "block_id": "why", "label": plain("Why"), "element": why}],
    }
    trigger = connected_app.hear("interactive")["trigger_id"]
    connected_app.call("views.open", trigger_id=trigger, view=view)
    modal = page.get_by_role("dialog", name="Silence")
    modal.get_by_role("button", name="Silence it").click()
    expect(modal.get_by_role("alert").first).to_contain_text("required")
    expect(modal.get_by_label("Why")).to_be_focused()
    modal.get_by_label("Why").fill("deploying the mend")
    modal.get_by_role("button", name="Silence it").click()
    expect(modal).to_have_count(0)
    values = connected_app.hear("interactive")["view"]["state"]["values"]
    assert values["why"]["why"]["value"] == "deploying the mend"


def test_app_home_stands_beside_the_messages(open_page: OpenPage, app: Any) -> None:
    blocks = [{"type": "section", "text": mrkdwn("*orders* day 1 of 7")}]
    app.call("views.publish", user_id="ULIN", view={"type": "home", "blocks": blocks})
    page = open_page("lin")
    page.get_by_role("link", name="Vigil").click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("tabpanel", name="Home")).to_have_text("orders day 1 of 7")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Home")).to_be_hidden()


def test_the_page_comes_back_after_the_workspace_was_away(
    open_page: OpenPage, app: Any, workspace: Workspace
) -> None:
    page = open_page("lin")
    workspace.stop()
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    workspace.start()
    app.join_channels()
    app.post("said while the page was away")
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()
    expect(page.locator("article")).to_contain_text("said while the page was away")


def test_on_a_phone_the_side_bar_is_a_drawer(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin", viewport={"width": 390, "height": 844})
    expect(page.get_by_role("link", name="management")).to_be_hidden()
    menu = page.get_by_role("button", name="Channels")
    menu.click()
    expect(page.get_by_role("link", name="oncall")).to_be_focused()
    expect(page.locator("#main")).to_have_js_property("inert", value=True)
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.click()
    page.get_by_role("link", name="management").click()
    expect(page.get_by_role("link", name="management")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("#management")


def test_one_may_act_as_somebody_else_and_the_page_remembers(open_page: OpenPage, app: Any) -> None:
    page = open_page("lin")
    page.get_by_label("Acting as").select_option(label="Chen Yu")
    composer(page).fill("hello")
    composer(page).press("Enter")
    expect(page.locator("article .author")).to_have_text("Chen Yu")
    page.reload()
    expect(page.get_by_label("Acting as")).to_have_value("UCHEN")


def test_a_permalink_opens_its_thread_on_the_page(open_page: OpenPage, app: Any) -> None:
    ts = app.post("alert")
    link = app.call("chat.getPermalink", channel=app.channels["oncall"], message_ts=ts)["permalink"]
    app.call("chat.postMessage", channel=app.channels["management"], text=f"see <{link}|the alert>")
    page = open_page("lin")
    thread = page.get_by_role("complementary", name="Thread").locator("article")
    page.get_by_role("link", name="management").click()
    page.get_by_role("link", name="the alert").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#oncall")
    expect(thread).to_have_text(re.compile("alert"))
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("#oncall")
    expect(thread).to_have_text(re.compile("alert"))


def test_a_long_channel_shows_its_end_and_more_when_one_scrolls_up(open_page: OpenPage, app: Any) -> None:
    for n in range(205):
        app.post(f"line {n}")
    page = open_page("lin")
    expect(page.locator("article").last).to_be_in_viewport()
    expect(page.locator("article")).to_have_count(200)
    page.locator("#main-scroller").evaluate("scroller => { scroller.scrollTop = 0 }")
    expect(page.locator("article")).to_have_count(205)
    app.post("one more")
    expect(page.get_by_role("button", name="New messages")).to_be_visible()  # the reader's place is kept
    expect(page.locator("article").last).not_to_be_in_viewport()
    page.get_by_role("button", name="New messages").click()
    expect(page.locator("article").last).to_be_in_viewport()


@pytest.mark.parametrize("window", [{"width": 1400, "height": 1000}, {"width": 390, "height": 844}])
def test_an_alert_card_that_is_the_newest_message_is_seen_whole(
    open_page: OpenPage, app: Any, window: Json
) -> None:
    lines = "\n".join(f":white_check_mark: Metric {n} *1 %*" for n in range(25))
    panel = [{"type": "section", "text": mrkdwn(lines)}] * 2
    app.post("status", blocks=panel)
    first = app.post("alert", blocks=ALERT)
    page = open_page("lin", viewport=window)
    card = page.locator("article").last
    expect(card).to_be_in_viewport(ratio=1)  # on opening the page
    app.update(first, "paged", blocks=[*ALERT, {"type": "section", "text": mrkdwn("Level 1\nLin Wei")}])
    app.post("<@ULIN> please look", thread_ts=first)
    expect(card.get_by_role("button", name=re.compile("1 reply"))).to_be_visible()
    expect(card).to_be_in_viewport(ratio=1)  # when it grows
    app.post("another alert", blocks=ALERT)
    expect(page.locator("article")).to_have_count(3)
    expect(card).to_be_in_viewport(ratio=1)  # when it comes


def test_an_attachment_shows_its_bar_in_its_colour_and_what_it_says(open_page: OpenPage, app: Any) -> None:
    said = {"color": "#439FE0", "title": "Build 7", "title_link": "https://ci.example/7", "text": "*failed*"}
    blocks = {"color": "danger", "blocks": [{"type": "section", "text": mrkdwn("inside")}]}
    app.post("x", attachments=[{**said, "fields": [{"title": "Branch", "value": "main"}]}, blocks])
    page = open_page("lin")
    first, second = page.locator(".attachment").all()
    expect(first).to_have_text("Build 7failedBranchmain")
    expect(first).to_have_css("border-left-color", "rgb(67, 159, 224)")
    expect(first.get_by_role("link", name="Build 7")).to_have_attribute("href", "https://ci.example/7")
    expect(second).to_have_text("inside")


def test_two_thousand_messages_open_within_a_second(open_page: OpenPage, app: Any) -> None:
    for n in range(2000):
        app.post(f"line {n}", blocks=ALERT if n % 10 == 0 else None)
    page = open_page("lin")
    opened = []
    for _ in range(5):  # the best of five: what else this machine does is not the page's doing
        page.reload()
        page.locator("#page:not([aria-busy])").wait_for()
        expect(page.locator("article").last).to_contain_text("line 1999")
        opened.append(page.evaluate("performance.measure('opened', 'navigationStart', 'drawn').duration"))
    assert min(opened) < 1000


def test_arrows_walk_from_message_to_message_and_tab_to_their_tools(open_page: OpenPage, app: Any) -> None:
    ts = app.post("first")
    app.post("second")
    page = open_page("lin")
    first, second = page.locator("article").all()
    tools = page.locator(".message-tools")
    expect(tools.first).to_be_hidden()
    page.locator("#main-scroller").press("ArrowUp")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    app.update(ts, "first, as it is now")  # the keyboard's place outlives what changes under it
    expect(first).to_contain_text("as it is now")
    expect(first).to_be_focused()
    page.keyboard.press("Tab")
    emoji = first.get_by_role("button", name="React with an emoji")
    expect(emoji).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(emoji).to_be_focused()
    expect(tools.last).to_be_hidden()


def test_people_and_channels_may_be_chosen_from_menus(open_page: OpenPage, connected_app: Any) -> None:
    menus = [
        {"type": "conversations_select", "action_id": "where", "placeholder": plain("Where")},
        {"type": "multi_users_select", "action_id": "who", "placeholder": plain("Who")},
    ]
    connected_app.post("choose", blocks=[{"type": "actions", "elements": menus}])
    page = open_page("lin")
    page.get_by_role("button", name="Where").click()
    page.get_by_role("menuitem", name="#management").or_(page.get_by_text("#management")).last.click()
    [action] = connected_app.hear("interactive")["actions"]
    assert action["selected_conversation"] == connected_app.channels["management"]
    page.get_by_role("listbox", name="Who").select_option(["ULIN", "UCHEN"])
    [action] = connected_app.hear("interactive")["actions"]
    assert action["selected_users"] == ["ULIN", "UCHEN"]


def test_markdown_is_shown_as_what_it_means(open_page: OpenPage, app: Any) -> None:
    written = "# Plan\n**bold** and [a link](https://x.example) for <!channel>"
    app.post("x", blocks=[{"type": "markdown", "text": written}])
    block = open_page("lin").locator(".message .block").last
    expect(block).to_contain_text("Plan")
    expect(block.locator("b, strong")).to_have_text(["Plan", "bold"])
    expect(block.get_by_role("link", name="a link")).to_have_attribute("href", "https://x.example/")
    expect(block).to_contain_text("<!channel>")
