"""The next moment for a message, in every time zone there is: clock changes, half hours, leap days, year ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given
from hypothesis import strategies as st

from cmi_core.cadence import is_working_day, next_delivery

ZONES = sorted(available_timezones() - {"localtime"})
instants = st.datetimes(datetime(1990, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
zones = st.sampled_from(ZONES)
starts = st.times(time(0), time(20)).map(lambda at: at.replace(microsecond=0))
lengths = st.integers(min_value=2 * 60, max_value=9 * 60)
days_off = st.frozensets(st.integers(0, 20), max_size=8)


@given(instants, zones, starts, lengths, days_off)
@example(datetime(2028, 2, 29, 23, tzinfo=UTC), "Asia/Kathmandu", time(9), 480, frozenset())
@example(datetime(2026, 12, 31, 23, tzinfo=UTC), "Australia/Eucla", time(9), 480, frozenset({0, 1}))
@example(datetime(2027, 4, 3, 15, tzinfo=UTC), "Australia/Lord_Howe", time(1, 45), 120, frozenset())
@example(datetime(2011, 12, 30, 8, tzinfo=UTC), "Pacific/Apia", time(9), 480, frozenset())
def test_it_is_a_working_hour_on_a_working_day_the_earliest_there_is(
    now: datetime, zone: str, start: time, minutes: int, off: frozenset[int]
) -> None:
    end = (datetime.combine(date(2026, 1, 1), start) + timedelta(minutes=minutes)).time()
    if end <= start:
        end = time(23, 59, 59)
    holidays = {now.date() + timedelta(days=day) for day in off}

    def fits(instant: datetime) -> bool:
        local = instant.astimezone(ZoneInfo(zone))
        return is_working_day(local.date(), holidays) and start <= local.time() < end

    at = next_delivery(now, zone, start=start, end=end, holidays=holidays)
    assert at >= now
    assert fits(at)
    assert next_delivery(at, zone, start=start, end=end, holidays=holidays) == at
    assert at == now or not fits(at - timedelta(microseconds=1))
    assert not any(fits(now + timedelta(minutes=20 * n)) for n in range(int((at - now) / timedelta(minutes=20))))
    # A weekend, the days off in a row with those that they border on, and a day that the zone left out.
    assert at - now <= timedelta(days=4 + 3 * len(off))
