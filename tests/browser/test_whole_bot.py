"""What a person sees in the browser while the whole bot works: command, alert card, acknowledgement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from house import House
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(timezone_id="Asia/Shanghai", locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(5000)
    opened.goto(f"{house.workspace.url}/?user=lin")
    opened.locator("#page:not([aria-busy])").wait_for()
    yield opened
    context.close()


def test_a_person_asks_for_the_status_and_acknowledges_an_alert(house: House, page: Page) -> None:
    page.get_by_role("textbox").fill("/monitor status")
    page.keyboard.press("Enter")
    answered = page.locator("article", has_text="Only visible to you")
    house.settles_until(lambda: answered.count() == 1)
    expect(answered).to_contain_text("Order duplication rate")

    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    card = page.locator("article", has_text="CRITICAL – Order duplication rate").last
    expect(card).to_contain_text("Level 1 of 3: Lin Wei")

    card.get_by_role("button", name="Acknowledge").click()
    acknowledged = page.locator("article", has_text="Acknowledged by Lin Wei")
    house.settles_until(lambda: acknowledged.count() == 1)
    expect(acknowledged.get_by_role("button", name="Acknowledge")).to_have_count(0)
