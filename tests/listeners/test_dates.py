"""Days as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.listeners import dates
from bot.listeners.dates import Span

TODAY = date(2026, 11, 18)  # a Wednesday
days = st.dates(date(2020, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3 Jan", date(2027, 1, 3)),
        ("3. Jan", date(2027, 1, 3)),
        ("3rd of January", date(2027, 1, 3)),
        ("January 3rd, 2028", date(2028, 1, 3)),
        ("Dec 1", date(2026, 12, 1)),
        ("18 nov", TODAY),
        ("17 November", date(2027, 11, 17)),
        ("1 Sept", date(2027, 9, 1)),
        ("2026-12-24", date(2026, 12, 24)),
        ("2026/12/4", date(2026, 12, 4)),
        ("24.12.", date(2026, 12, 24)),
        ("24.12", date(2026, 12, 24)),
        ("1.2.27", date(2027, 2, 1)),
        ("24.12.2026", date(2026, 12, 24)),
        ("29 Feb", date(2028, 2, 29)),
        ("today", TODAY),
        ("Tomorrow!", date(2026, 11, 19)),
        ("the day after tomorrow", date(2026, 11, 20)),
        ("Friday", date(2026, 11, 20)),
        ("fri", date(2026, 11, 20)),
        ("on Wednesday", date(2026, 11, 25)),
        ("next Monday", date(2026, 11, 23)),
        ("next Friday", date(2026, 11, 27)),
        ("next week", date(2026, 11, 23)),
        ("in 2 weeks", date(2026, 12, 2)),
        ("in a month", date(2026, 12, 18)),
        ("in three days", date(2026, 11, 21)),
        ("end of month", date(2026, 11, 30)),
        ("next month", date(2026, 12, 1)),
    ],
)
def test_what_people_type(text: str, meant: date) -> None:
    assert dates.parse(text, TODAY) == meant


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31 Feb", "30.2.", "2026-13-01", "ma", "m", "in many weeks", "٣ Jan", "0 Jan", "1e3", "3 Janxx"],
)
def test_what_is_no_day(text: str) -> None:
    assert dates.parse(text, TODAY) is None
    with pytest.raises(UserError, match="Try 3 Jan"):
        dates.require(text, TODAY)


@given(days, days)
def test_every_way_of_writing_a_day_means_that_day(day: date, today: date) -> None:
    written = (day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day} {day:%b %Y}", f"{day:%B} {day.day}, {day.year}")
    assert {dates.parse(text, today) for text in written} == {day}


@given(days, st.integers(1, 28), st.integers(1, 12))
def test_a_day_without_its_year_is_the_next_one(today: date, day: int, month: int) -> None:
    found = dates.parse(f"{day}.{month}.", today)
    assert found is not None
    assert (found.day, found.month) == (day, month)
    assert today <= found <= today + timedelta(days=366)


@given(days, st.integers(0, 6))
def test_a_weekday_is_the_next_such_day_and_next_means_next_week(today: date, number: int) -> None:
    name = f"{date(2026, 11, 16) + timedelta(days=number):%A}"
    plain, of_next_week = dates.parse(name, today), dates.parse(f"next {name}", today)
    assert plain is not None
    assert of_next_week is not None
    assert plain.weekday() == of_next_week.weekday() == number
    assert 1 <= (plain - today).days <= 7
    assert of_next_week.isocalendar().week == (today + timedelta(days=7)).isocalendar().week


@given(st.text(max_size=60), days)
def test_no_text_breaks_the_reading(text: str, today: date) -> None:
    dates.parse(text, today)
    try:
        dates.split(text, today)
        dates.span(text, today)
    except UserError:
        pass


@pytest.mark.parametrize(
    ("text", "name", "meant"),
    [
        ("Acme until 1 Dec", "Acme", date(2026, 12, 1)),
        ("Acme to next Monday", "Acme", date(2026, 11, 23)),
        ("Acme 2026-12-24", "Acme", date(2026, 12, 24)),
        ("Acme in 2 weeks", "Acme", date(2026, 12, 2)),
        ("Until Dawn until 24.12.", "Until Dawn", date(2026, 12, 24)),
        ("until 1 Dec", "", date(2026, 12, 1)),
        ("Until Dawn", "Until Dawn", None),
        ("Acme", "Acme", None),
        ("Monday", "Monday", None),
        ("", "", None),
    ],
)
def test_a_name_and_a_day(text: str, name: str, meant: date | None) -> None:
    assert dates.split(text, TODAY) == (name, meant)


def test_a_day_that_can_not_be_is_said_and_not_taken_for_a_name() -> None:
    with pytest.raises(UserError, match="31 Feb"):
        dates.split("Acme until 31 Feb", TODAY)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("until 3 Jan", Span(None, date(2027, 1, 3))),
        ("3 Jan", Span(None, date(2027, 1, 3))),
        ("from 20 Dec to 3 Jan", Span(date(2026, 12, 20), date(2027, 1, 3))),
        ("20 Dec – 3 Jan", Span(date(2026, 12, 20), date(2027, 1, 3))),
        ("2026-12-20 until 2027-01-03", Span(date(2026, 12, 20), date(2027, 1, 3))),
        ("tomorrow to Friday", Span(date(2026, 11, 19), date(2026, 11, 20))),
    ],
)
def test_from_a_day_to_a_day(text: str, meant: Span) -> None:
    assert dates.span(text, TODAY) == meant
