from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi_core import ReminderSchedule, add_months, add_working_days, next_delivery, next_due
from cmi_core.cadence import first_working_day, is_away, waited_out, zone_or

TODAY = date(2026, 5, 20)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC"]
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


def utc(*parts: int) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 10, 31), 3, date(2027, 1, 31)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_three_calendar_months_same_day_clipped(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_due_at_once_without_a_complete_assessment() -> None:
    assert next_due(None, TODAY) == TODAY


def test_due_a_quarter_after_the_last_complete_assessment() -> None:
    assert next_due(date(2026, 3, 31), TODAY) == date(2026, 6, 30)
    assert next_due(date(2026, 3, 31), TODAY, months=6) == date(2026, 9, 30)
    assert next_due(date(2026, 3, 31), TODAY, interval=1) == date(2026, 4, 30)


def test_an_interval_of_no_months_is_refused() -> None:
    with pytest.raises(ValueError, match="interval"):
        next_due(date(2026, 3, 31), TODAY, interval=0)


def test_an_approaching_renewal_brings_the_date_forward() -> None:
    last = date(2026, 5, 1)
    assert next_due(last, TODAY, renewal_date=date(2026, 8, 30)) == date(2026, 7, 1)
    assert next_due(last, TODAY, renewal_date=date(2026, 12, 1)) == date(2026, 8, 1)
    assert next_due(last, TODAY, renewal_date=date(2026, 8, 30), renewal_lead_days=30) == date(2026, 7, 31)


def test_a_renewal_that_was_prepared_or_has_passed_brings_nothing_forward() -> None:
    assert next_due(date(2026, 5, 1), TODAY, renewal_date=date(2026, 6, 1)) == date(2026, 8, 1)
    assert next_due(date(2026, 5, 1), TODAY, renewal_date=date(2026, 6, 30)) == date(2026, 8, 1)  # 60 days to the day
    assert next_due(date(2026, 3, 1), TODAY, renewal_date=date(2026, 5, 19)) == date(2026, 6, 1)


def test_a_rating_a_little_early_counts_for_what_it_was_asked_for() -> None:
    renewal = date(2026, 8, 30)  # 60 days after 1 July
    assert next_due(date(2026, 6, 25), TODAY, renewal_date=renewal, early_days=7) == date(2026, 9, 25)
    assert next_due(date(2026, 6, 23), TODAY, renewal_date=renewal, early_days=7) == date(2026, 7, 1)
    assert next_due(date(2026, 6, 25), TODAY, mode="calendar_quarter", early_days=7) == date(2026, 10, 1)
    assert next_due(date(2026, 6, 23), TODAY, mode="calendar_quarter", early_days=7) == date(2026, 7, 1)


def test_the_first_working_day_of_the_calendar_quarter() -> None:
    assert next_due(date(2026, 5, 10), TODAY, mode="calendar_quarter") == date(2026, 7, 1)
    assert next_due(date(2026, 6, 30), TODAY, mode="calendar_quarter") == date(2026, 7, 1)
    assert next_due(date(2026, 7, 1), TODAY, mode="calendar_quarter") == date(2026, 10, 1)
    holidays = {date(2027, 1, 1)}
    assert next_due(date(2026, 12, 1), TODAY, mode="calendar_quarter", holidays=holidays) == date(2027, 1, 4)
    assert next_due(date(2026, 5, 10), TODAY, mode="calendar_quarter", interval=1) == date(2026, 6, 10)


def test_working_days_skip_weekends_and_holidays() -> None:
    friday = date(2026, 5, 22)
    assert add_working_days(friday, 0) == friday
    assert add_working_days(friday, 1) == date(2026, 5, 25)
    assert add_working_days(friday, 1, {date(2026, 5, 25)}) == date(2026, 5, 26)
    assert add_working_days(friday, 5) == date(2026, 5, 29)
    assert add_working_days(friday, 1, workdays={6, 0, 1, 2, 3}) == date(2026, 5, 24)
    assert first_working_day(friday) == friday
    assert first_working_day(date(2026, 5, 23)) == date(2026, 5, 25)


def test_impossible_working_days_are_refused() -> None:
    with pytest.raises(ValueError, match="days"):
        add_working_days(TODAY, -1)
    with pytest.raises(ValueError, match="workdays"):
        add_working_days(TODAY, 1, workdays=())


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60), st.frozensets(st.dates(), max_size=5))
def test_working_days_agree_with_counting(day: date, days: int, holidays: frozenset[date]) -> None:
    end = add_working_days(day, days, holidays)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert len([d for d in between if d.isoweekday() <= 5 and d not in holidays]) == days


def test_reminders_after_3_and_7_working_days_and_the_digest_after_10() -> None:
    monday = date(2026, 6, 1)
    assert ReminderSchedule().dates(monday) == (date(2026, 6, 4), date(2026, 6, 10), date(2026, 6, 15))
    assert ReminderSchedule(first=1, second=2, digest=3).dates(monday, {date(2026, 6, 2)})[0] == date(2026, 6, 3)
    with pytest.raises(ValueError, match="must follow each other"):
        ReminderSchedule(first=7, second=3)


def test_delivery_waits_for_the_owners_morning() -> None:
    assert next_delivery(utc(2026, 6, 3, 10, 0), "Europe/Berlin") == utc(2026, 6, 3, 10, 0)
    assert next_delivery(utc(2026, 6, 3, 5, 0), "Europe/Berlin") == utc(2026, 6, 3, 7, 0)
    assert next_delivery(utc(2026, 6, 3, 15, 0), "Europe/Berlin") == utc(2026, 6, 4, 7, 0)
    assert next_delivery(utc(2026, 6, 5, 15, 0), "Europe/Berlin") == utc(2026, 6, 8, 7, 0)
    assert next_delivery(utc(2026, 6, 5, 15, 0), "Europe/Berlin", holidays={date(2026, 6, 8)}) == utc(2026, 6, 9, 7, 0)


def test_local_hours_move_with_daylight_saving() -> None:
    assert next_delivery(utc(2026, 3, 27, 20, 0), "Europe/Berlin") == utc(2026, 3, 30, 7, 0)
    assert next_delivery(utc(2026, 10, 23, 20, 0), "Europe/Berlin") == utc(2026, 10, 26, 8, 0)


def test_hours_that_start_in_the_skipped_hour_start_at_the_jump() -> None:
    at = next_delivery(utc(2026, 3, 29, 0, 0), "Europe/Berlin", start=time(2, 30), workdays=range(7))
    assert at == utc(2026, 3, 29, 1, 0)
    assert at.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3)


def test_hours_that_start_in_the_repeated_hour_start_at_its_first_turn() -> None:
    at = next_delivery(utc(2026, 10, 24, 22, 0), "Europe/Berlin", start=time(2, 30), workdays=range(7))
    assert at == utc(2026, 10, 25, 0, 30)
    second_turn = next_delivery(utc(2026, 10, 25, 1, 15), "Europe/Berlin", start=time(2, 30), workdays=range(7))
    assert second_turn == utc(2026, 10, 25, 1, 30)


def test_a_day_that_a_zone_skipped_is_no_working_day() -> None:
    assert next_delivery(utc(2011, 12, 30, 9, 0), "Pacific/Apia", workdays={4, 5}) == utc(2011, 12, 30, 19, 0)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "America"])
def test_an_unknown_zone_falls_back(zone: str) -> None:
    assert zone_or(zone, "Asia/Tokyo") == ZoneInfo("Asia/Tokyo")
    assert next_delivery(utc(2026, 6, 3, 5, 0), zone) == utc(2026, 6, 3, 9, 0)


def test_naive_times_and_reversed_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="now"):
        next_delivery(datetime(2026, 6, 3), "UTC")  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="end"):
        next_delivery(utc(2026, 6, 3, 5, 0), "UTC", start=time(17), end=time(9))


@given(instants, st.sampled_from(ZONES), st.integers(0, 20), st.integers(0, 59))
def test_delivery_is_the_earliest_instant_inside_working_hours(
    now: datetime, zone: str, hour: int, minute: int
) -> None:
    start, end = time(hour, minute), time(hour + 3, minute)
    tz = ZoneInfo(zone)

    def inside(instant: datetime) -> bool:
        local = instant.astimezone(tz)
        return local.weekday() < 5 and start <= local.time() < end

    at = next_delivery(now, zone, start=start, end=end)
    assert at >= now
    assert at.utcoffset() == timedelta(0)
    assert inside(at)
    assert at == now or not inside(at - timedelta(microseconds=1))
    quarter_hours = (now + timedelta(minutes=15 * n) for n in range(400))
    assert not any(inside(instant) for instant in quarter_hours if instant < at)


days_off = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=30)
some_days = st.dates(date(2026, 2, 1), date(2026, 12, 31))


@given(some_days, some_days, st.integers(0, 15), days_off)
def test_a_wait_is_over_after_so_many_working_days_and_not_before(
    since: date, today: date, days: int, holidays: frozenset[date]
) -> None:
    ends = add_working_days(first_working_day(since, holidays), days, holidays)
    assert (since <= waited_out(today, days, holidays)) == (ends <= today)


@given(some_days, some_days, some_days)
def test_somebody_is_away_from_the_first_to_the_last_day(day: date, first: date, last: date) -> None:
    assert is_away(day, first, last) == (first <= day <= last)
    assert is_away(day, None, last) == (day <= last)
    assert not is_away(day, first, None)


def test_the_steps_of_a_schedule_keep_their_distance() -> None:
    schedule = ReminderSchedule()
    assert [schedule.distance(step) for step in range(3)] == [3, 4, 3]
