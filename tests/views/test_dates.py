"""Dates as a workspace writes them: in every language, and wherever a request's work is done."""

from datetime import date, datetime

import pytest

from bot.listeners.later import Later
from bot.views import dates
from bot.views.text import day

WHEN = date(2026, 9, 3)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en_GB", "3 Sep 2026"),
        ("en_US", "Sep 3, 2026"),
        ("de", "03.09.2026"),
        ("fr", "3 sept. 2026"),
        ("es", "3 sept 2026"),
        ("iso", "2026-09-03"),
        ("nonsense", "3 Sep 2026"),
    ],
)
def test_a_day_is_written_as_chosen(language: str, written: str) -> None:
    with dates.written_in(language):
        assert day(WHEN) == day(datetime(2026, 9, 3, 23, 59)) == written  # noqa: DTZ001 - the views get both kinds
    assert day(WHEN) == "3 Sep 2026"


def test_every_language_has_its_own_way_or_at_least_one() -> None:
    for language in dates.LANGUAGES:
        with dates.written_in(language):
            assert "3" in dates.written(WHEN)
            assert "2026" in dates.written(WHEN)


def test_slow_work_writes_dates_as_the_request_that_began_it() -> None:
    later = Later(1)
    try:
        with dates.written_in("iso"):
            first = later.ask(lambda: day(WHEN))
        second = later.ask(lambda: day(WHEN))
        assert (first.result(5), second.result(5)) == ("2026-09-03", "3 Sep 2026")
    finally:
        later.close()
