"""How far the round of a quarter is, by person and by team."""

from datetime import UTC, date, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import NotAllowed
from bot.flows import asking, handing_over, lifecycle, portfolio, putting_off
from bot.store.database import Database
from bot.views.outcome_form import Outcome
from bot.views.query import OWNER, ROUND, Query
from bot.views.rounds import Progress, Round
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, TODAY, due_account
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

BOSS = "U01BOSS"


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db, now=MONDAY, team=TEAM_ID)
    office.choose(admins=(MARTA,))
    office.person(BOSS, role="leader")
    office.person(PRIYA, manager=BOSS, zone="Europe/London")
    office.person(DIEGO, zone="Europe/London")
    return office


def look(office: Office, user: str = MARTA, **query: object) -> Round:
    asked = Query.model_validate({"show": ROUND, **query})
    shown = portfolio.look(office.db, office.now, office.actor(user), asked)
    assert isinstance(shown, Round)
    return shown


def test_a_round_counts_what_was_asked_for_and_what_came_of_it(office: Office, client: WebClient) -> None:
    ids = {name: due_account(office, name) for name in ("Rated", "Late", "Later", "Withdrawn")}
    due_account(office, "Theirs", owner=DIEGO)
    soon = due_account(office, "Not asked yet")
    office.due(soon, TODAY + timedelta(days=40))
    asking.tick(office.db, office.now, client)
    office.later(days=1)
    office.rate(ids["Rated"], 3)
    putting_off.snooze(office.db, office.now, office.actor(), ids["Later"], TODAY + timedelta(days=9))
    lifecycle.record(
        office.db, office.now, office.actor(), Outcome(account_id=ids["Withdrawn"], kind="churned", on=TODAY)
    )
    shown = look(office)
    assert (shown.first, shown.last, shown.last_done) == (date(2026, 10, 1), date(2026, 12, 31), date(2026, 11, 3))
    assert set(shown.owners) == {
        Progress(who=PRIYA, asked=3, done=1, overdue=1, put_off=1),
        Progress(who=DIEGO, asked=1, overdue=1),
    }
    assert shown.total == Progress(asked=4, done=1, overdue=2, put_off=1)
    assert {each.who: each.asked for each in shown.teams} == {BOSS: 3, None: 1}


def test_what_is_handed_over_counts_for_whom_it_is_with_now(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    assert [each.who for each in look(office).owners] == [PRIYA]
    handing_over.assign(office.db, office.now, office.actor(MARTA), account, DIEGO)
    assert [each.who for each in look(office).owners] == [DIEGO]


def test_open_requests_of_an_earlier_quarter_count_until_they_are_rated(office: Office, client: WebClient) -> None:
    account = due_account(office)
    asking.tick(office.db, office.now, client)
    office.now = datetime(2027, 1, 5, 10, tzinfo=UTC)
    assert (look(office).first, look(office).total.asked) == (date(2027, 1, 1), 1)
    assert look(office, since=date(2026, 11, 30)).total.asked == 1
    office.rate(account, 3)
    assert look(office).total.asked == 0
    before = look(office, since=date(2026, 12, 31))
    assert (before.first, before.total.done) == (date(2026, 10, 1), 1)


def test_each_sees_the_figures_that_are_theirs_to_see(office: Office, client: WebClient) -> None:
    due_account(office)
    due_account(office, "Theirs", owner=DIEGO)
    asking.tick(office.db, office.now, client)
    assert [each.who for each in look(office, DIEGO).owners] == [DIEGO]
    assert {each.who for each in look(office, BOSS).owners} == {PRIYA, DIEGO}
    office.person(BOSS, role="member")
    assert [each.who for each in look(office, BOSS).owners] == [PRIYA]
    assert [each.who for each in look(office, BOSS, filters=((OWNER, PRIYA),)).owners] == [PRIYA]
    with pytest.raises(NotAllowed):
        look(office, DIEGO, filters=((OWNER, PRIYA),))


def test_a_segment_narrows_the_round(office: Office, client: WebClient) -> None:
    large = due_account(office)
    office.change(large, segments={"size": "Enterprise"})
    due_account(office, "Small")
    asking.tick(office.db, office.now, client)
    assert look(office, filters=(("size", "enterprise"),)).total.asked == 1
