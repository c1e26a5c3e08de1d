"""The app's Home, for whoever opens it."""

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from bot.views import home, home_accounts, home_alerts, home_words, limits
from bot.views.home import Home
from bot.views.home_accounts import Accounts, Row
from bot.views.home_portfolio import Overview
from bot.views.home_setup import Setup
from bot.views.home_state import HomeState, read
from bot.views.message import Block
from bot.views.standing import Standing
from sandbox.blocks import check_view
from sandbox.blocks.checker import view_bytes
from tests.views import home_gallery
from tests.views.gallery import HOSTILE, NOW, standings


def said(view: Block) -> str:
    """All texts of a view, one a line."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for each in node.values():
                walk(each)

    walk(view["blocks"])
    return "\n".join(found)


def buttons(view: Block) -> list[Block]:
    elements = [
        element
        for block in view["blocks"]
        for element in [*block.get("elements", []), block.get("accessory")]
        if element
    ]
    return [element for element in elements if element["type"] == "button"]


def labels(view: Block) -> list[str]:
    return [str(each.get("accessibility_label", each["text"]["text"])) for each in buttons(view)]


@pytest.mark.parametrize("number", [0, 1, 40, 1000])
@pytest.mark.parametrize("name", [*HOSTILE, "\U0001f984<&>" * 75])
def test_slack_takes_every_home_however_much_there_is(name: str, number: int) -> None:
    for each in home_gallery.homes(name, number, standings(name, number)):
        view = home.build(each, NOW)
        assert check_view(view) == []
        assert view_bytes(view) < 100_000
        assert len(view["blocks"]) < limits.VIEW_BLOCKS
        assert view["blocks"][0]["type"] == "header"
        assert len(view["private_metadata"]) < 500


def test_no_two_buttons_sound_the_same() -> None:
    rows = [each.model_copy(update={"name": f"Account {n}"}) for n, each in enumerate(standings("x", 40))]
    for each in home_gallery.homes("Acme", 40, tuple(rows)):
        shown = each.shown
        if isinstance(shown, Accounts):
            alerts = [alert.model_copy(update={"name": f"Alarm {n}"}) for n, alert in enumerate(shown.alerts)]
            drafts = [draft.model_copy(update={"name": f"Draft {n}"}) for n, draft in enumerate(shown.drafts)]
            shown = shown.model_copy(update={"alerts": tuple(alerts), "drafts": tuple(drafts)})
        if isinstance(shown, Overview):
            alerts = [alert.model_copy(update={"name": f"Alarm {n}"}) for n, alert in enumerate(shown.longest)]
            shown = shown.model_copy(update={"longest": tuple(alerts)})
        heard = Counter(labels(home.build(each.model_copy(update={"shown": shown}), NOW)))
        assert [label for label, times in heard.items() if times > 1] == []


def owned(number: int, **more: Any) -> Accounts:
    rows = tuple(
        Row(standing=Standing(account_id=n, name=f"Account {n:03}"), waits=n < 12) for n in range(min(number, 20))
    )
    return Accounts(rows=rows, counts={"all": number, "due": min(number, 12)}, **more)


def test_an_owners_home_begins_with_what_waits_and_then_tells_the_rest() -> None:
    drafts = (home_accounts.Begun(account_id=99, name="Hooli", mode="second", answered=1),)
    view = home.build(Home(shown=owned(40, drafts=drafts, alerts=(home_alerts.example(),), asked=8, rated=2)), NOW)
    headers = [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]
    assert headers == ["Your accounts", "To finish", "To rate", "Your open alerts", "Your other accounts"]
    text = said(view)
    assert "40 accounts, 12 due for a rating." in text
    assert "This quarter: 2 of 8 rated ▇▇▇▁▁▁▁▁▁▁" in text
    assert "*Hooli*  1 answer kept" in text
    assert "4 more accounts to rate: they follow below." in text
    assert "1 to 20 of 40" in text
    assert [each["text"]["text"] for each in buttons(view)].count("Rate") == 12
    assert "Continue with Hooli" in labels(view)
    assert [each["action_id"] for each in buttons(view) if each["text"]["text"] == "Continue"] == ["second_rating"]


def test_a_line_tells_the_change_of_the_cmi_the_snooze_and_for_whom_one_covers() -> None:
    standing = standings("Acme", 1)[0]
    row = Row(standing=standing, lift=Fraction(2, 5), snoozed_until=date(2026, 12, 24), covered_for="U02BERT")
    text = said(home.build(Home(shown=Accounts(rows=(row,), counts={"all": 1})), NOW))
    assert "put off until 24 Dec 2026 · CMI ↑ 0.4" in text
    assert "you cover for <@U02BERT>" in text
    assert "overdue" not in text
    down = row.model_copy(update={"lift": Fraction(-1, 2), "snoozed_until": None})
    assert "CMI ↓ 0.5" in said(home.build(Home(shown=Accounts(rows=(down,), counts={"all": 1})), NOW))


def test_who_is_away_can_say_that_they_are_back_and_who_is_here_that_they_leave() -> None:
    away = home.build(Home(shown=owned(1, user="U01ANNA", away_until=date(2026, 12, 24))), NOW)
    assert "You are away now until 24 Dec 2026." in said(away)
    assert "No longer away" in labels(away)
    assert "Tell when you are away" not in labels(away)
    soon = owned(1, user="U01ANNA", away_from=date(2026, 12, 20), away_until=date(2026, 12, 24))
    assert "You are away from 20 Dec 2026 until 24 Dec 2026." in said(home.build(Home(shown=soon), NOW))
    assert "Tell when you are away" in labels(home.build(Home(shown=owned(1)), NOW))


def test_a_list_or_a_later_page_shows_nothing_else() -> None:
    shown = owned(40, alerts=(home_alerts.example(),))
    view = home.build(Home(state=HomeState(tab="accounts", page=1), shown=shown), NOW)
    assert "21 to 40 of 40" in said(view)
    assert "Your open alerts" not in said(view)
    assert [
        (each["text"]["text"], each.get("value")) for each in buttons(view) if each["action_id"] == "home_back"
    ] == [("Back", "0")]
    assert "home_next" not in [each["action_id"] for each in buttons(view)]
    due = home.build(Home(state=HomeState(tab="accounts", only="due"), shown=shown), NOW)
    assert "*Due: 12 of your 40 accounts*" in said(due)
    none = home.build(Home(state=HomeState(tab="accounts", only="save"), shown=shown), NOW)
    assert "*Save*: none of your customers is there." in said(none)
    assert "Show all" in said(none)


def test_the_home_of_somebody_new_says_what_this_is_and_how_to_begin() -> None:
    first = said(home.build(Home(shown=Accounts(everyone_new=True)), NOW))
    assert "Customer Maturity Index" in first
    assert "1. Add an account: the button below, or /cmi new." in first
    assert "What do these words mean?" in first
    assert "Help" in first
    later = said(home.build(Home(shown=Accounts(admins=("U01ANNA",))), NOW))
    assert "1. Find an account" in later
    assert "Ask <@U01ANNA> to assign yours to you." in later
    viewer = home.build(Home(can_add=False, shown=Accounts(can_edit=False)), NOW)
    assert "You may look at everything here" in said(viewer)
    assert "Add an account" not in said(viewer)


def test_set_up_says_what_is_left_each_with_its_button() -> None:
    view = home.build(Home(tabs=("accounts", "setup"), shown=Setup(alert_channel=True)), NOW)
    assert "3 left to do." in said(view)
    assert "✓ done  Alert channel" in said(view)
    assert "• *to do*  Fallback channel" in said(view)
    assert {"open_channels", "add_account", "open_map", "open_cadence", "open_settings"} <= {
        each["action_id"] for each in buttons(view)
    }
    done = Setup(alert_channel=True, fallback_channel=True, admins=1, accounts=True)
    assert "All is set up." in said(home.build(Home(shown=done), NOW))


def test_a_leader_sees_the_map_coverage_alerts_movers_and_what_is_late() -> None:
    view = home.build(Home(state=HomeState(tab="portfolio"), shown=home_gallery.overview("Acme", 51)), NOW)
    headers = [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]
    assert headers == ["Portfolio", "Open alerts", "Movers this quarter", "Overdue by owner"]
    text = said(view)
    assert "52 customers, 48 on the map: 12 Retain, 24 Expand and Leverage, 4 Let Churn, 8 Save." in text
    assert "Fresh CMI: 40 of 52 ▇▇▇▇▇▇▇▇▁▁" in text
    assert "12 alerts open, 3 that nobody is on, 1 put off, 2 in Let Churn without a decision." in text
    assert "Since 1 Oct 2026: 5 up, 9 down." in text
    assert "<@U00000009>: 51 overdue, the longest by 9 days" in text


def test_the_window_of_words_explains_those_that_the_home_uses() -> None:
    view = home_words.modal()
    assert check_view(view) == []
    for word in ("CMI", "Health score", "Map and cells", "Alert and episode", "Let Churn", "Old scores"):
        assert f"*{word}" in said(view)


def test_the_state_survives_and_a_new_day_begins_at_the_top() -> None:
    today = date(2026, 11, 22)
    state = HomeState(tab="accounts", on=today).changed(only="due").changed(page=3)
    assert read(state.model_dump_json()) == read(state.model_dump(mode="json")) == state
    assert (state.only, state.page) == ("due", 3)
    assert state.changed(only="save").page == 0
    assert state.as_of(today) == state
    assert state.as_of(date(2026, 11, 23)) == HomeState(tab="accounts", on=date(2026, 11, 23))


@pytest.mark.parametrize("written", ["", "{}", "[1]", '{"page": -1}', '{"tab": "nowhere"}', None, 7, {"page": "x"}])
def test_what_another_version_wrote_reads_as_nothing_chosen(written: object) -> None:
    assert read(written) == HomeState()


@pytest.mark.parametrize("what", [{"page": None}, {"page": -1}, {"only": None}, {"tab": "nowhere"}, {"scope": 3}])
def test_choosing_what_there_is_not_changes_nothing(what: dict[str, object]) -> None:
    state = HomeState(tab="portfolio", scope="team", page=2)
    assert state.changed(**what) == state
