"""Charts, data tables, cards and containers on the page, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.kitchen import Json, Kitchen, button, markup, plain

pytestmark = pytest.mark.browser

QUARTERS = ["Q1", "Q2", "Q3", "Q4"]


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def series(name: str, *values: float) -> Json:
    return {"name": name, "data": [{"label": q, "value": v} for q, v in zip(QUARTERS, values, strict=True)]}


def plot(kind: str, *lines: Json) -> Json:
    axis = {"categories": QUARTERS, "x_label": "Quarter", "y_label": "Health"}
    chart = {"type": kind, "series": list(lines), "axis_config": axis}
    return {"type": "data_visualization", "title": f"Health per quarter, {kind}", "chart": chart}


PIE: Json = {
    "type": "data_visualization",
    "title": "Accounts",
    "chart": {"type": "pie", "segments": [{"label": "Retain", "value": 6}, {"label": "Save <b>", "value": 2}]},
}
TABLE: Json = {
    "type": "data_table",
    "caption": "Accounts by health",
    "page_size": 3,
    "rows": [
        [raw("Account"), raw("Health")],
        *([raw(f"Account {n}"), {"type": "raw_number", "value": n * 1.5}] for n in range(1, 8)),
    ],
}
CARD: Json = {
    "type": "card",
    "title": plain("Acme"),
    "subtitle": markup("*Save*"),
    "body": plain("Health fell by 12."),
    "subtext": plain("Since May"),
    "actions": [button("claim", "Claim", style="primary")],
}
CONTAINER: Json = {
    "type": "container",
    "title": plain("Details"),
    "is_collapsible": True,
    "default_collapsed": True,
    "child_blocks": [{"type": "section", "text": plain("Hidden at first")}],
}


def posted(page: Page, kitchen: Kitchen, *blocks: Json) -> Locator:
    kitchen.app.client.chat_postMessage(channel="C01GENERAL", text="Look", blocks=list(blocks))
    message = page.locator("[data-ts]").last
    expect(message).to_be_visible()
    return message


@pytest.mark.parametrize("kind", ["bar", "area", "line"])
def test_a_plot_is_drawn_and_its_figures_can_be_read(page: Page, kitchen: Kitchen, kind: str) -> None:
    message = posted(page, kitchen, plot(kind, series("Acme", 40, 55.5, -10, 80), series("Borealis", 0, 10, 20, 30)))
    drawing = message.get_by_role("img", name=f"Health per quarter, {kind}: {kind} chart")
    expect(drawing).to_be_visible()
    assert "NaN" not in drawing.evaluate("svg => svg.outerHTML")
    expect(message.get_by_role("list")).to_contain_text("Borealis")
    message.get_by_text("Figures").click()
    table = message.get_by_role("table", name=f"Health per quarter, {kind}")
    expect(table.get_by_role("row").nth(2)).to_have_text("Q255.510")


def test_a_pie_says_its_shares(page: Page, kitchen: Kitchen) -> None:
    message = posted(page, kitchen, PIE)
    expect(message.get_by_role("list").get_by_role("listitem")).to_have_text(["Retain (75 %)", "Save <b> (25 %)"])
    assert "NaN" not in message.get_by_role("img").evaluate("svg => svg.outerHTML")


def test_a_data_table_is_turned_page_by_page(page: Page, kitchen: Kitchen) -> None:
    message = posted(page, kitchen, TABLE)
    table = message.get_by_role("table", name="Accounts by health")
    expect(table.get_by_role("columnheader")).to_have_text(["Account", "Health"])
    expect(table.get_by_role("rowheader")).to_have_text(["Account 1", "Account 2", "Account 3"])
    expect(message.get_by_role("status")).to_have_text("1–3 of 7")
    message.get_by_role("button", name="Next").click()
    message.get_by_role("button", name="Next").click()
    expect(table.get_by_role("rowheader")).to_have_text(["Account 7"])
    expect(table.get_by_role("cell")).to_have_text(["10.5"])
    expect(message.get_by_role("button", name="Next")).to_be_disabled()
    message.get_by_role("button", name="Previous").click()
    expect(message.get_by_role("status")).to_have_text("4–6 of 7")


def test_cards_and_containers_hold_what_they_should(page: Page, kitchen: Kitchen) -> None:
    carousel = {"type": "carousel", "elements": [CARD, {"type": "card", "title": plain("Borealis")}]}
    message = posted(page, kitchen, carousel, CONTAINER)
    expect(message.get_by_role("article")).to_have_count(2)
    message.get_by_role("button", name="Claim").click()
    expect(message.get_by_role("button", name="Claim")).to_have_attribute("aria-busy", "false")
    assert [what for what, _ in kitchen.heard] == ["claim"]
    expect(message.get_by_text("Hidden at first")).not_to_be_visible()
    message.get_by_text("Details").click()
    expect(message.get_by_text("Hidden at first")).to_be_visible()
