from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from cmi_core import (
    CELLS,
    Announcement,
    BatchRules,
    Cause,
    FreshnessLimits,
    MapSettings,
    announcement,
    between,
    is_stale,
    owes_alert,
    place,
    stale_axes,
)
from cmi_core.freshness import age_days, counts_on_arrival, fresh_until

MAP = MapSettings()
UNPLACED = place(MAP, None, None)
RETAIN, EXPAND, SAVE, LET_CHURN = (
    place(MAP, Fraction(cmi), Fraction(chs)) for cmi, chs in ((1, 90), (5, 90), (5, 10), (1, 10))
)
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def test_a_transition_is_a_placement_whose_cell_differs() -> None:
    movement = between(EXPAND, SAVE, cause=Cause.HEALTH_READING)
    assert movement is not None
    assert (movement.from_cell, movement.to_cell) == (CELLS["expand_and_leverage"], CELLS["save"])
    assert (movement.cause, movement.first) == (Cause.HEALTH_READING, False)
    assert between(SAVE, place(MAP, Fraction(4), Fraction(20)), cause=Cause.ASSESSMENT) is None
    assert between(None, UNPLACED, cause=Cause.ASSESSMENT) is None


def test_a_reassessment_alone_can_move_an_account_into_save() -> None:
    movement = between(LET_CHURN, SAVE, cause=Cause.ASSESSMENT)
    assert owes_alert(MAP, movement)


def test_falling_off_the_map_is_a_movement_that_owes_nothing() -> None:
    movement = between(SAVE, UNPLACED, cause=Cause.ASSESSMENT)
    assert movement is not None
    assert movement.to_cell is None
    assert not owes_alert(MAP, movement)


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.CONFIGURATION])
def test_a_transition_into_an_alert_cell_owes_an_alert(cause: Cause) -> None:
    assert owes_alert(MAP, between(RETAIN, LET_CHURN, cause=cause))
    assert owes_alert(MAP, between(EXPAND, SAVE, cause=cause))
    assert not owes_alert(MAP, between(SAVE, EXPAND, cause=cause))


def test_staying_owes_none() -> None:
    assert not owes_alert(MAP, between(SAVE, SAVE, cause=Cause.HEALTH_READING))


def test_configuration_never_pages_anyone() -> None:
    assert not owes_alert(MAP, between(EXPAND, SAVE, cause=Cause.CONFIGURATION))
    assert not owes_alert(MAP, between(None, SAVE, cause=Cause.CONFIGURATION))


@pytest.mark.parametrize("before", [None, UNPLACED])
def test_a_first_placement_owes_one_unless_it_is_a_baseline(before: object) -> None:
    movement = between(UNPLACED if before else None, SAVE, cause=Cause.ASSESSMENT)
    assert movement is not None
    assert movement.first
    assert owes_alert(MAP, movement)
    assert not owes_alert(MAP, movement, baseline=True)


def test_a_baseline_import_still_alerts_for_an_account_that_stood_elsewhere() -> None:
    assert owes_alert(MAP, between(EXPAND, SAVE, cause=Cause.HEALTH_READING), baseline=True)


def test_alert_cells_are_a_setting() -> None:
    settings = MapSettings(alert_cells=("retain",))
    assert owes_alert(settings, between(EXPAND, RETAIN, cause=Cause.ASSESSMENT))
    assert not owes_alert(settings, between(EXPAND, SAVE, cause=Cause.ASSESSMENT))


@pytest.mark.parametrize(
    ("alerts", "portfolio", "expected"),
    [
        (0, 0, Announcement.INDIVIDUALLY),
        (5, 6, Announcement.INDIVIDUALLY),
        (6, 1000, Announcement.SUMMARY),
        (10, 10, Announcement.SUMMARY),
        (11, 55, Announcement.SUMMARY),
        (11, 54, Announcement.HELD),
        (200, 1000, Announcement.SUMMARY),
        (201, 1000, Announcement.HELD),
    ],
)
def test_batches_and_the_circuit_breaker(alerts: int, portfolio: int, expected: Announcement) -> None:
    assert announcement(alerts, portfolio) is expected


def test_batch_rules_are_settings() -> None:
    rules = BatchRules(summary_over=0, breaker_share="1/2", breaker_over=1)
    assert announcement(1, 1, rules) is Announcement.SUMMARY
    assert announcement(2, 3, rules) is Announcement.HELD


def test_health_goes_stale_after_90_days() -> None:
    as_of = NOW - timedelta(days=90)
    assert not is_stale("chs", as_of, NOW)
    assert is_stale("chs", as_of, NOW + timedelta(seconds=1))
    assert age_days(as_of, NOW) == 90


def test_maturity_goes_stale_30_days_after_it_was_due() -> None:
    as_of = datetime(2025, 11, 30, 12, tzinfo=UTC)
    assert fresh_until("cmi", as_of) == datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert is_stale("cmi", as_of, NOW)
    assert not is_stale("cmi", as_of, NOW, FreshnessLimits(cmi_months=6))


def test_a_placement_with_a_stale_axis_is_provisional_and_says_which() -> None:
    old, new = NOW - timedelta(days=200), NOW
    assert stale_axes(old, old, NOW) == ("cmi", "chs")
    assert stale_axes(new, old, NOW) == ("chs",)
    assert stale_axes(None, new, NOW) == ()


def test_a_reading_past_its_limit_on_arrival_moves_nothing() -> None:
    assert counts_on_arrival("chs", NOW - timedelta(days=90), NOW)
    assert not counts_on_arrival("chs", NOW - timedelta(days=91), NOW)


def test_a_reading_older_than_the_current_one_is_history_only() -> None:
    current = NOW - timedelta(days=2)
    assert not counts_on_arrival("chs", NOW - timedelta(days=3), NOW, current=current)
    assert counts_on_arrival("chs", current, NOW, current=current)
