"""The alerts of an import in Slack: each line opens its alert, a held batch is released or dropped by an admin."""

import csv
import io
from typing import Any

import pytest

from bot.flows import csv_accounts, importing
from sandbox.person import Person
from tests.listeners.alarms import rated
from tests.listeners.conftest import ADMIN, ALERTS, DIEGO, Office

HOSTILE = (
    "<!channel> <@U01ANNA> & Söhne",
    "*bold* _it_ ~no~ `code`",
    ":warning: > quote",
    '"Quoted" and “smart”',
    "&" * 300,
    "\U0001f984" * 100,
)
FIRST, SECOND = ([f"{letter}{number:02} Ltd" for number in range(11)] for letter in "RD")


@pytest.fixture(scope="module", autouse=True)
def healthy(delivering: Office) -> None:
    for name in (*HOSTILE, *FIRST, *SECOND):
        rated(delivering, name, 5, 80)


def lose_health(office: Office, names: tuple[str, ...] | list[str]) -> None:
    """A file in which these accounts have lost their health."""
    file = io.StringIO()
    csv.writer(file).writerows([["name", "health"], *([name, "10"] for name in names)])
    now = office.now()
    sheet = csv_accounts.read(file.getvalue().encode(), now)
    done = importing.apply(office.db, now, office.actor().workspace_id, sheet, {}, dry_run=False)
    assert done.alerts == len(names)


def found(person: Person, channel: str, text: str, *, but: str = "\0") -> dict[str, Any]:
    """The newest message in a channel that says this."""

    def look(_: dict[str, Any]) -> dict[str, Any]:
        said = [each for each in person.messages(channel) if text in each["text"] and but not in each["text"]]
        return said[-1] if said else {}

    return person.wait_for(look)


def opened_by(person: Person, number: int) -> None:
    """Wait until the summary says that this person opened so many of its lines."""
    who = f"opened by <@{person.id}>"
    person.wait_for(lambda _: found(person, ALERTS, "6 accounts moved")["text"].count(who) == number)


def test_each_line_of_a_summary_opens_its_alert_once_whatever_the_account_is_called(delivering: Office) -> None:
    lose_health(delivering, HOSTILE)
    diego = delivering.person(DIEGO)
    summary = found(diego, ALERTS, "6 accounts moved into alert cells")
    assert "<!channel>" not in summary["text"]
    assert "<@U01ANNA>" not in summary["text"]
    before = len(diego.messages(ALERTS))
    for opened in range(1, len(HOSTILE) + 1):
        diego.click("Open alert", where=found(diego, ALERTS, "6 accounts moved"))
        opened_by(diego, opened)
    diego.wait_for(lambda _: len(diego.messages(ALERTS)) == before + len(HOSTILE))
    alerts = diego.messages(ALERTS)[before:]
    assert all("Expand and Leverage to Save" in each["text"] for each in alerts)
    assert "Open alert" not in str(found(diego, ALERTS, "6 accounts moved")["blocks"])
    assert "<!channel>" not in str([each["text"] for each in alerts])
    diego.click("I'm on it", where=alerts[0])
    diego.wait_for(lambda _: f"<@{DIEGO}> is on it" in diego.messages(ALERTS)[before]["text"])


def test_a_held_batch_is_released_by_an_admin_and_then_can_not_be_dropped(delivering: Office) -> None:
    lose_health(delivering, FIRST)
    ada = delivering.person(ADMIN)
    asked = found(ada, "im", "would alert for 11 accounts")
    assert not any("R00 Ltd" in each["text"] for each in ada.messages(ALERTS))
    ada.click("Release", where=asked)
    summary = found(ada, ALERTS, "11 accounts moved into alert cells")
    assert "R00 Ltd" in summary["text"]
    decided = found(ada, "im", f"Released by <@{ADMIN}>")
    assert "drop_batch" not in str(decided["blocks"])
    ada.click("Open alert", where=summary)
    ada.wait_for(lambda _: f"opened by <@{ADMIN}>" in found(ada, ALERTS, "11 accounts moved")["text"])


def test_a_dropped_batch_is_said_nowhere_and_a_second_answer_is_told_so(delivering: Office) -> None:
    lose_health(delivering, SECOND)
    ada = delivering.person(ADMIN)
    asked = found(ada, "im", "would alert for 11 accounts", but="Released")
    said = len(ada.messages(ALERTS))
    ada.click("Drop", where=asked)
    found(ada, "im", f"Dropped by <@{ADMIN}>")
    assert len(ada.messages(ALERTS)) == said
    assert not any("D00 Ltd" in each["text"] for each in ada.messages(ALERTS))
