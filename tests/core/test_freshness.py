from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cmi_core import FreshnessLimits, is_stale
from cmi_core.freshness import fresh_since

days = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


@given(as_of=days, now=days, months=st.integers(1, 24), grace=st.integers(0, 60), on=st.booleans())
def test_fresh_since_says_the_same_as_is_stale(
    as_of: datetime, now: datetime, months: int, grace: int, *, on: bool
) -> None:
    """But for month ends, where several days share a limit."""
    limits = FreshnessLimits(cmi_months=months, cmi_grace_days=grace)
    assert (as_of >= fresh_since("chs", now, limits)) != is_stale("chs", as_of, now, limits)
    since = fresh_since("cmi", now, limits)
    near = as_of.replace(year=since.year, month=since.month, day=min(since.day, 28)) if on else as_of
    if near.day <= 28 and since.day <= 28:
        assert (near >= since) != is_stale("cmi", near, now, limits)
