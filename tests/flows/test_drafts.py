"""Unfinished surveys: no typed answer is lost, and none counts that nobody gave."""

from datetime import timedelta

import pytest

from bot.errors import NotFound, UserError
from bot.flows import rating
from bot.store.database import Database
from bot.store.tables import Assessment, Draft
from tests.flows.office import CRITERIA, NOW, Office

FIRST, SECOND = CRITERIA[:6], CRITERIA[6:]


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def turn(office: Office, account: int, submission: str, level: int) -> None:
    """Press Next on the first page."""
    page = office.page(account, [level] * 6, submission=submission, criteria=FIRST)
    rating.turn_page(office.db, office.now, office.actor(), page, 1)


def save(office: Office, account: int, submission: str, level: int) -> None:
    page = office.page(account, [level] * 6, submission=submission, criteria=SECOND, page=1)
    rating.submit(office.db, office.now, office.actor(), page)


def test_a_page_that_comes_after_its_survey_was_saved_leaves_no_draft(office: Office) -> None:
    account = office.account()
    turn(office, account, "s", 2)
    save(office, account, "s", 2)
    with pytest.raises(NotFound, match="saved already"):
        turn(office, account, "s", 4)
    assert office.rows(Draft) == []
    form = rating.open_survey(office.db, office.now, office.actor(), account)
    assert (form.resumed, form.submission == "s") == ("", False)


def test_two_windows_share_their_answers_and_the_later_counts(office: Office) -> None:
    account = office.account()
    turn(office, account, "desktop", 2)
    turn(office, account, "phone", 3)
    save(office, account, "desktop", 5)
    [kept] = office.rows(Assessment)
    assert kept.ratings == {**dict.fromkeys(FIRST, 3), **dict.fromkeys(SECOND, 5)}


def test_answers_that_are_gone_are_asked_for_again_and_not_counted_as_unknown(office: Office) -> None:
    account = office.account()
    turn(office, account, "desktop", 2)
    turn(office, account, "phone", 2)
    save(office, account, "desktop", 2)
    with pytest.raises(UserError, match="press Back"):
        save(office, account, "phone", 4)
    assert len(office.rows(Assessment)) == 1
    turn(office, account, "phone", 4)
    save(office, account, "phone", 4)
    assert set(office.rows(Assessment)[-1].ratings.values()) == {4}


def test_a_draft_that_is_too_old_adds_nothing(office: Office) -> None:
    account = office.account()
    page = office.page(account, [5] * 12, submission="old")
    rating.turn_page(office.db, NOW - timedelta(days=400), office.actor(), page, 0)
    page = office.page(account, [2] * 6, submission="new", criteria=FIRST)
    assert set(rating.turn_page(office.db, NOW, office.actor(), page, 1).answers) == set(FIRST)


def test_a_note_that_was_deleted_is_not_stored(office: Office) -> None:
    account = office.account()
    typed = office.page(account, [2] * 12, submission="s").model_copy(update={"note": "typed"})
    rating.turn_page(office.db, office.now, office.actor(), typed, 0)
    rating.submit(office.db, office.now, office.actor(), typed.model_copy(update={"note": ""}))
    assert office.rows(Assessment)[0].note == ""


def test_a_draft_that_was_kept_while_its_survey_was_saved_goes_when_slack_sends_it_again(office: Office) -> None:
    account = office.account()
    page = office.page(account, [4] * 12, submission="twice")
    rating.keep(office.db, office.now, office.actor(), page, busy=True)
    [draft] = office.rows(Draft)
    rating.submit(office.db, office.now, office.actor(), page)
    assert office.rows(Draft) == []
    with office.db.write() as session:
        session.add(Draft(**{column.name: getattr(draft, column.name) for column in Draft.__table__.columns}))
    assert rating.submit(office.db, office.now, office.actor(), page).duplicate
    assert office.rows(Draft) == []
