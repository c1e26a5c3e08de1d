"""What the messages and windows say."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from bot.views import alert, card, due, notes, overdue, prompt, result, standing
from bot.views import help as help_text
from bot.views.message import Block
from cmi_core.cells import CELLS
from cmi_core.movement import Cause
from tests.views.gallery import NOW, prompt_items, standings


def labels(blocks: list[Block]) -> list[str]:
    """The texts of all buttons."""
    found: list[str] = []

    def look(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "button":
                found.append(node["text"]["text"])
            for each in node.values():
                look(each)
        elif isinstance(node, list):
            for each in node:
                look(each)

    look(blocks)
    return found


def test_an_alert_shows_both_scores_with_change_date_and_cause() -> None:
    message = alert.render(alert.example())
    for fact in (
        "Acme, Inc. moved from Retain to Let Churn.",
        "health is 104 days old",
        "CMI 2.4 (was 2.1), 12 Aug 2026.",
        "Health 41 (was 58), 30 Apr 2026, typed.",
        "Owner: <@U01ANNA>.",
        "Cause: a new rating by <@U01ANNA>.",
        "Let Churn?",
    ):
        assert fact in message.text
    assert labels(message.blocks) == ["I'm on it", "Decide", "Snooze…", "Escalate…", "The whole story", "Open account"]


def test_a_claimed_alert_says_who_and_can_not_be_claimed_again() -> None:
    claimed = alert.example().model_copy(update={"claimed_by": "U02BERT", "claimed_on": NOW})
    message = alert.render(claimed)
    assert "<@U02BERT> is on it, since 22 Nov 2026." in message.text
    assert labels(message.blocks) == [
        "Hand back",
        "Decide",
        "Snooze…",
        "Escalate…",
        "The whole story",
        "Open account",
    ]


def test_an_ended_alert_says_where_the_account_went() -> None:
    ended = alert.example().model_copy(update={"ended_on": NOW, "ended_in": "retain"})
    message = alert.render(ended)
    assert "Over since 22 Nov 2026: now Retain." in message.text
    assert labels(message.blocks) == ["The whole story", "Open account"]


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("cell", list(CELLS))
def test_every_cause_and_cell_has_words(cause: Cause, cell: str) -> None:
    text = alert.render(alert.example().model_copy(update={"cause": cause.value, "to_cell": cell})).text
    assert CELLS[cell].name in text
    assert " " in text.split("Cause: ")[1].split(" by ")[0]


def test_a_prompt_has_a_button_for_each_open_account_and_ticks_off_the_rest() -> None:
    message = prompt.render(prompt.example())
    assert labels(message.blocks) == ["Rate", "Nothing changed", "Not now…", "Rate", "Not now…"]
    assert "✓ Initech: rated 12 Nov 2026" in message.text
    assert message.text.startswith("4 accounts are due")
    assert "health is 104 days old" in message.text


def test_a_prompt_of_finished_accounts_says_thank_you() -> None:
    done = tuple(item.model_copy(update={"done_on": NOW}) for item in prompt.example().items)
    message = prompt.render(prompt.Prompt(recipient="U01ANNA", items=done))
    assert message.text.startswith("All done, thank you.")
    assert labels(message.blocks) == []


@pytest.mark.parametrize("role", ["cover", "manager", "fallback"])
def test_others_than_the_owner_learn_why_they_are_asked_and_whose_it_is(role: prompt.Role) -> None:
    text = prompt.render(prompt.Prompt(recipient="U09", role=role, items=prompt.example().items, reminder=1)).text
    assert "asked because" in text
    assert "owner: <@U01ANNA>" in text
    assert text.startswith("A reminder: 2 accounts are still waiting")


@pytest.mark.parametrize("number", [20, 21, 200])
def test_long_lists_say_how_much_is_not_shown(number: int) -> None:
    items = tuple(item.model_copy(update={"done_on": None}) for item in prompt_items("Acme", number))
    rows = standings("Acme", number)
    asked = prompt.render(prompt.Prompt(recipient="U01ANNA", items=items, more=3))
    late = overdue.render(overdue.Overdue(items=items, more=3))
    listed = due.render(due.Due(rows=rows, others=3), NOW)
    for message in (asked, late, listed):
        shown = labels(message.blocks)
        most = 15 if message is late else 20
        assert shown.count("Rate") + shown.count("Open account") == most
        assert f"{number - most + 3} more accounts not shown here." in str(message.blocks)


def test_a_result_says_what_moved_what_to_do_and_what_comes_next() -> None:
    view = result.modal(result.example())
    for fact in (
        "CMI 2.4 · health 41 · Let Churn",
        "CMI 2.4 (was 2.1), health 41 (was 58), moved from Retain to Let Churn.",
        "9 of 12 questions answered",
        "Next rating due 12 Nov 2026.",
        "2.3 (was 2.0)",
        "*Technology*\\nnot known",
        "Name who decides.",
    ):
        assert fact in str(view)
    assert "New head of the function since June." in result.render(result.example()).text


def test_too_few_answers_give_no_score_and_say_how_many_are_needed() -> None:
    incomplete = standing.Standing(account_id=7, name="Acme", complete=False, missing=("cmi",), chs=Fraction(41))
    view = str(result.modal(result.Result(standing=incomplete, by="U01ANNA", asked=12, rated=8)))
    assert "CMI incomplete · health 41 · not on the map" in view
    assert "8 of 12 questions answered; a CMI needs at least 9." in view
    assert "Too many answers were “Not known”" in view


def test_a_second_delivery_is_not_a_second_change() -> None:
    again = result.example().model_copy(update={"duplicate": True})
    assert "This was saved before; nothing was changed." in str(result.modal(again))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "CMI 2.4 · health 41 · Let Churn"),
        ({"chs": None, "cell": None, "missing": ("chs",)}, "CMI 2.4 · no health yet · not on the map"),
        ({"cmi": None, "cell": None}, "no CMI yet · health 41 · not on the map"),
        ({"stale": ("chs",)}, "CMI 2.4 · health 41 · Let Churn (provisional)"),
        ({"subject": "team"}, "CMI 2.4"),
    ],
)
def test_the_headline_names_what_is_missing(change: dict[str, Any], line: str) -> None:
    assert standing.headline(standing.example().model_copy(update=change)) == line


def test_a_list_line_shows_age_due_date_and_what_is_old() -> None:
    old = standing.example().model_copy(update={"stale": ("chs",), "judged_at": datetime(2026, 11, 13, 9, tzinfo=UTC)})
    text = standing.line(old, datetime(2026, 11, 15, 12, tzinfo=UTC))
    assert "3 days overdue" in text
    assert "health from 3 months ago (typed)" in text
    assert "provisional: health is 104 days old, please refresh it" in text
    assert "provisional: health is 104 days old" in standing.plain_line(old, NOW)
    assert standing.due_text(old.next_due, datetime(2026, 11, 12, 0, tzinfo=UTC)) == "due today"
    assert standing.due_text(old.next_due, NOW - timedelta(days=30)) == "due 12 Nov 2026"


def test_a_card_tells_the_whole_story() -> None:
    text = card.render(card.example(), NOW).text
    for fact in (
        "owner: <@U01ANNA>",
        "Moved from Retain on 12 Aug 2026: a new health score.",
        "nobody is on it yet",
        "Categories: Charter 2.3",
        "12 Feb 2026: CMI 1.9, health 62, Retain",
        "Last note by <@U01ANNA>",
        "People: Two more hires are planned.",
        "Attached by <@U02BERT>: “We hired a new head of support, she starts in June.”",
    ):
        assert fact in text
    assert labels(card.render(card.example(), NOW).blocks) == [
        "Decide",
        "Read",
        "Rate",
        "Enter health",
        "Plays",
        "Why?",
        "Alert",
        "More…",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("scroe", "score"), ("accuont", "account"), ("SCORES", "score"), ("raet", "score"), ("xyzzy", None)],
)
def test_mistyped_subcommands_are_recognised(typed: str, meant: str | None) -> None:
    assert help_text.nearest(typed) == meant


def test_help_begins_with_what_this_person_needs_and_lists_everything() -> None:
    owner = help_text.Audience(owned=4, due=2)
    assert labels(help_text.render(owner).blocks) == ["See what is due", "Rate an account", "Look at an account"]
    assert "See what is due (2 accounts now)" in help_text.render(owner).text
    leader = help_text.Audience(leads=True)
    assert labels(help_text.render(leader).blocks)[:2] == ["See the portfolio", "See the movers"]
    beginner = help_text.Audience(sets_up=True, anything_there=False)
    assert labels(help_text.render(beginner).blocks)[:2] == ["Open the settings", "Add an account"]
    for audience in (owner, leader, beginner):
        assert all(f"/cmi {usage}" in help_text.render(audience).text for usage, _ in help_text.SUBCOMMANDS.values())


def test_notes_may_mention_people_but_nothing_else() -> None:
    assert notes.note("<@U01ANNA> is on it & <!channel>").text == "<@U01ANNA> is on it &amp; &lt;!channel&gt;"
