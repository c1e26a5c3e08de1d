"""What Slack delivers twice, or two people do at once, happens once; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.errors import FieldError, UserError
from bot.flows import accounts, evidence, greeting, rating
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Draft, Evidence, Inbox
from bot.views.account_form import NewAccount
from bot.views.evidence import Attached, Source
from tests.flows.office import CRITERIA, DIEGO, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def attached(account: int, ts: str = "1.1") -> Attached:
    return Attached(source=Source(channel="C01", ts=ts, author=DIEGO, excerpt="They hired."), account_id=account)


def test_one_form_adds_one_account_however_often_it_comes(office: Office) -> None:
    new = NewAccount(name="Acme", submission="token")
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda _: accounts.create(office.db, office.now, office.actor(), new), range(4)))
    assert len({each.account_id for each in added}) == len(office.rows(Account)) == 1
    office.change(added[0].account_id, name="Acme International", name_key="acme international")
    assert accounts.create(office.db, office.now, office.actor(), new).name == "Acme International"


def test_another_form_for_the_same_name_is_refused(office: Office) -> None:
    accounts.create(office.db, office.now, office.actor(), NewAccount(name="Acme", submission="one"))
    with pytest.raises(FieldError, match="of this name already"):
        accounts.create(office.db, office.now, office.actor(DIEGO), NewAccount(name="ACME", submission="two"))


def test_a_message_is_answered_once_and_nobody_twice_a_minute(office: Office) -> None:
    def first(event: str, user: str = PRIYA) -> bool:
        return greeting.is_first(office.db, office.now, office.actor(user), event)

    assert (first("Ev1"), first("Ev1"), first("Ev2"), first("Ev3", DIEGO)) == (True, False, False, True)
    office.later(minutes=1)
    assert (first("Ev2"), first("Ev4")) == (False, True)
    office.later(days=3)
    assert first("Ev5")
    assert len(office.rows(Inbox)) == 2


def test_a_rating_takes_only_what_its_rater_saw(office: Office) -> None:
    account = office.account()
    evidence.attach(office.db, office.now, office.actor(), attached(account, "1.1"))
    form = rating.open_survey(office.db, office.now, office.actor(), account)
    assert [each.excerpt for each in form.evidence] == ["They hired."]
    evidence.attach(office.db, office.now, office.actor(), attached(account, "2.2"))
    page = office.page(account, [3] * 12)
    seen = page.meta.model_copy(update={"evidence_upto": form.evidence_upto, "seen": form.seen})
    rating.submit(office.db, office.now, office.actor(), page.model_copy(update={"meta": seen}))
    [kept] = office.rows(Assessment)
    assert [row.assessment_id for row in office.rows(Evidence)] == [kept.id, None]
    _, before = evidence.attach(office.db, office.now, office.actor(), attached(account, "1.1"))
    assert before
    assert [row.assessment_id for row in office.rows(Evidence)] == [None, None]


def test_a_second_opinion_takes_nothing_away(office: Office) -> None:
    account = office.account()
    office.rate(account, 3)
    evidence.attach(office.db, office.now, office.actor(), attached(account))
    form = rating.open_survey(office.db, office.now, office.actor(DIEGO), account, "second")
    assert (len(form.evidence), form.last.ratings) == (1, {})


def test_a_correction_of_what_one_did_not_look_at_is_refused(office: Office) -> None:
    account = office.account()
    office.rate(account, 3)
    form = rating.open_survey(office.db, office.now, office.actor(), account, "correction")
    office.later(hours=1).rate(account, 4)
    page = office.page(account, [2] * 12).model_copy(update={"note": "A slip."})
    meta = page.meta.model_copy(update={"mode": "correction", "seen": form.seen})
    with pytest.raises(UserError, match="press Correct again"):
        rating.submit(office.db, office.now, office.actor(), page.model_copy(update={"meta": meta}))
    assert len(office.rows(Assessment)) == 2


def test_a_page_that_can_not_be_saved_is_kept_as_a_draft(office: Office) -> None:
    account = office.account()
    page = office.page(account, [4] * 6, submission="s", page=1, criteria=CRITERIA[6:])
    noted = page.model_copy(update={"category_notes": {"process": "Written down."}})
    rating.keep(office.db, office.now, office.actor(), noted)
    [draft] = office.rows(Draft)
    assert (draft.page, draft.category_notes, len(draft.answers)) == (1, {"process": "Written down."}, 6)
    form = rating.open_survey(office.db, office.now + timedelta(hours=1), office.actor(), account)
    assert (form.page, form.resumed) == (0, "same")  # the page before has no answers yet
