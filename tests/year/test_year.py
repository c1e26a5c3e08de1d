"""Six weeks of the simulated year (`make year` plays all of it), and that its judge sees what goes wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.year.facts import Changed, Paused
from tests.year.promises import Judge
from tests.year.run import Outcome, Size, play
from tests.year.slack import Said

SIX_WEEKS = Size(accounts=200, owners=24, days=42)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return play(tmp_path_factory.mktemp("year"), SIX_WEEKS)


def broken(outcome: Outcome, said: list[Said]) -> set[str]:
    """The promises that such a record breaks."""
    judged = Judge(replace(outcome, said=said)).judge()
    return {line.partition(":")[0] for line in judged.broken}


def test_six_weeks_keep_every_promise(outcome: Outcome) -> None:
    judged = Judge(outcome).judge()
    assert judged.broken == []
    assert judged.figures["askings"] > 100
    assert judged.figures["first reminders, on the day"] > 20
    assert judged.figures["second reminders, on the day"] > 5
    assert judged.figures["in a digest, on the day"] > 1
    assert judged.figures["weekly"] > 5
    assert judged.figures["leavers"] > 1


def first(outcome: Outcome, kind: str) -> Said:
    """A message of its kind about an account that nothing befell but the calendar."""
    stirred = {getattr(fact, "account", None) for fact in outcome.facts if type(fact).__name__ != "Rated"}
    busy = {getattr(fact, "user", None) for fact in outcome.facts}
    return next(
        each
        for each in outcome.said
        if each.kind == kind and each.to not in busy and not stirred & {line.account for line in each.lines}
    )


def test_the_judge_sees_a_message_at_night_on_a_weekend_and_twice_in_a_day(outcome: Outcome) -> None:
    some = first(outcome, "asking")
    night, weekend, again = (replace(some, at=some.at + timedelta(hours=hours)) for hours in (12, 24 * 5, 2))
    assert "never outside working hours" in broken(outcome, [*outcome.said, night])
    assert "never on a weekend or a listed holiday" in broken(outcome, [*outcome.said, weekend])
    assert "no owner twice in a day" in broken(outcome, [*outcome.said, again])


def test_the_judge_misses_what_was_not_said(outcome: Outcome) -> None:
    for kind, promise in (
        ("asking", "nothing due is forgotten"),
        ("reminder", "reminders after 3 and 7 working days"),
        ("digest", "the manager's digest after 10"),
    ):
        assert promise in broken(outcome, [each for each in outcome.said if each.kind != kind])


def test_the_judge_sees_an_asking_that_nothing_called_for(outcome: Outcome) -> None:
    some = first(outcome, "asking")
    again = replace(some, at=some.at + timedelta(days=1))
    assert "each account asked once a cycle" in broken(outcome, [*outcome.said, again])


def test_the_judge_sees_what_a_change_at_a_customer_or_a_pause_did_not_do(outcome: Outcome) -> None:
    calm = replace(outcome, facts=[each for each in outcome.facts if not isinstance(each, Changed)])
    assert len(calm.facts) < len(outcome.facts)
    assert "each account asked once a cycle" in broken(calm, outcome.said)
    some = first(outcome, "asking")
    pause = Paused(some.at - timedelta(hours=1), frozenset({some.to}), some.at + timedelta(hours=1))
    paused = replace(outcome, facts=[*outcome.facts, pause])
    assert "nobody is asked during a pause" in broken(paused, outcome.said)


def test_the_judge_sees_a_report_too_many_and_one_that_is_missing(outcome: Outcome) -> None:
    weekly = next(each for each in outcome.said if each.kind == "weekly")
    again, unwanted = replace(weekly, at=weekly.at + timedelta(days=1)), replace(weekly, to=outcome.team[-1].user)
    assert "the weekly report once a week" in broken(outcome, [*outcome.said, again])
    assert "the weekly report to who wants it" in broken(outcome, [*outcome.said, unwanted])
    left = next(each for each in outcome.said if each.kind == "leavers")
    assert "who left is reported once" in broken(outcome, [*outcome.said, left])
    assert "who left is reported once" in broken(outcome, [each for each in outcome.said if each.kind != "leavers"])
