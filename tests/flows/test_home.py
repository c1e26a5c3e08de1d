"""What the Home reads, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.flows import alerts, home
from bot.store.database import Database
from bot.store.tables import Assessment, Draft, Episode, Prompt
from bot.views.home import Home
from bot.views.home_accounts import Accounts
from bot.views.home_portfolio import Overview
from bot.views.home_setup import Setup
from bot.views.home_state import HomeState
from bot.workspace_settings import AccessSettings
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

BOSS = "U01BOSS"
DAY = timedelta(days=1)


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(admins=(MARTA,), alert_channel="C01ALERTS", fallback_channel="C01TEAM")
    return office


def look(office: Office, user: str = PRIYA, **state: Any) -> Home:
    if state:
        home.choose(office.db, office.now, office.actor(user), HomeState(**state))
    return home.look(office.db, office.now, office.actor(user))


def mine(office: Office, user: str = PRIYA, **state: Any) -> Accounts:
    shown = look(office, user, **state).shown
    assert isinstance(shown, Accounts)
    return shown


def overview(office: Office, user: str = BOSS, **state: Any) -> Overview:
    shown = look(office, user, **state).shown
    assert isinstance(shown, Overview)
    return shown


def customer(office: Office, name: str, level: int | None, health: int | None, owner: str = PRIYA) -> int:
    account = office.account(name, owner=owner)
    if health is not None:
        office.type_health(account, health, by=owner)
    if level is not None:
        office.rate(account, level, by=owner)
    return account


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The SELECTs made meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_what_needs_attention_comes_first(office: Office) -> None:
    today = office.now.date()
    fine = customer(office, "Fine", 5, 90)
    churning = customer(office, "Churning", 1, 20)
    saved = customer(office, "Saved", 5, 20)
    bare = customer(office, "Bare", 3, None)
    soon = customer(office, "Soon", 5, 90)
    office.due(soon, today + 3 * DAY)
    late = customer(office, "Late", 5, 90)
    office.due(late, today - 5 * DAY)
    new = customer(office, "New", None, None)
    old = customer(office, "Old", 5, 90)
    office.change(old, cmi_on=office.now - 200 * DAY)
    shown = mine(office)
    rows = [(row.standing.account_id, row.waits) for row in shown.rows]
    assert rows[:3] == [(late, True), (new, True), (soon, True)]
    assert rows[3:] == [(churning, False), (saved, False), (bare, False), (old, False), (fine, False)]
    assert shown.counts == {
        "all": 8, "due": 2, "save": 1, "let_churn": 1, "stale": 1, "unrated": 1, "no_health": 2,
    }  # fmt: skip
    assert shown.soon == 1
    for only, expected in (("due", [late, new]), ("save", [saved]), ("stale", [old]), ("no_health", [new, bare])):
        listed = mine(office, tab="accounts", only=only)
        assert [row.standing.account_id for row in listed.rows] == expected
        assert listed.alerts == ()


def test_progress_counts_what_was_and_is_to_be_rated_in_the_calendar_quarter(office: Office) -> None:
    today = office.now.date()
    customer(office, "Rated", 3, 50)
    before = customer(office, "Before the quarter", 3, 50)
    office.change(before, cmi_on=office.now - 60 * DAY)
    office.due(before, date(today.year, 9, 30))
    next_quarter = customer(office, "Next quarter", 3, 50)
    office.change(next_quarter, cmi_on=office.now - 60 * DAY)
    office.due(next_quarter, date(today.year, 10, 1))
    shown = mine(office)
    assert (shown.rated, shown.asked) == (1, 2)


def test_what_is_put_off_does_not_wait(office: Office, db: Database) -> None:
    account = customer(office, "Acme", 3, 50)
    office.due(account, office.now.date())
    until = office.now.date() + 5 * DAY
    with db.write() as session:
        session.add(
            Prompt(
                workspace_id=office.workspace_id,
                account_id=account,
                cycle="c",
                recipient=PRIYA,
                role="owner",
                due=office.now.date(),
                asked_on=office.now.date(),
                snoozed_until=until,
            )
        )
    row = mine(office).rows[0]
    assert (row.waits, row.snoozed_until) == (False, until)
    assert mine(office).counts["due"] == 0
    office.later(days=5)
    row = mine(office).rows[0]
    assert (row.waits, row.snoozed_until) == (True, None)


def test_the_lift_is_that_of_the_last_rating_and_a_correction_is_none(office: Office, db: Database) -> None:
    account = customer(office, "Acme", 2, 50)
    assert mine(office).rows[0].lift is None
    office.later(days=1)
    office.rate(account, 3)
    assert mine(office).rows[0].lift == Fraction(1)
    office.later(days=1)
    office.rate(account, 5)
    with db.write() as session:
        newest = session.scalars(select(Assessment).order_by(Assessment.id.desc()).limit(1)).one()
        newest.kind = "corrected"
    assert mine(office).rows[0].lift == Fraction(3)


def test_unfinished_surveys_are_offered_until_they_are_too_old(office: Office, db: Database) -> None:
    account = customer(office, "Acme", 3, 50)
    with db.write() as session:
        session.add(
            Draft(
                workspace_id=office.workspace_id,
                account_id=account,
                rater=DIEGO,
                submission="d",
                mode="second",
                answers={"a": 1, "b": None},
                expires_at=office.now + 3 * DAY,
            )
        )
    shown = mine(office, DIEGO)
    assert [(each.name, each.mode, each.answered) for each in shown.drafts] == [("Acme", "second", 2)]
    assert mine(office).drafts == ()
    assert mine(office.later(days=3), DIEGO).drafts == ()


def test_alerts_are_those_of_my_accounts_and_those_i_took_on(office: Office) -> None:
    customer(office, "Mine", 1, 20)
    theirs = customer(office, "Theirs", 1, 20, owner=DIEGO)
    customer(office, "Others", 1, 20, owner=MARTA)
    assert [(each.name, each.can_claim) for each in mine(office).alerts] == [("Mine", True)]
    episode = next(each for each in office.episodes() if each.account_id == theirs)
    alerts.claim(office.db, office.now, office.actor(), episode.id)
    assert [(each.name, each.claimed_by) for each in mine(office).alerts] == [("Mine", None), ("Theirs", PRIYA)]
    assert [(each.name, each.claimed_by) for each in mine(office, DIEGO).alerts] == [("Theirs", PRIYA)]
    office.type_health(theirs, 80, by=DIEGO)
    assert [each.name for each in mine(office).alerts] == ["Mine"]


def test_a_cover_sees_the_accounts_until_its_last_day(office: Office) -> None:
    account = customer(office, "Acme", 3, 50)
    office.change(account, cover=DIEGO, cover_until=office.now.date() + DAY)
    assert [(row.standing.name, row.covered_for) for row in mine(office, DIEGO).rows] == [("Acme", PRIYA)]
    assert [row.covered_for for row in mine(office).rows] == [None]
    office.later(days=2)
    assert mine(office, DIEGO).rows == ()


def test_an_absence_is_told_from_when_it_is_known_to_its_last_day(office: Office) -> None:
    customer(office, "Acme", 3, 50)
    today = office.now.date()
    office.person(PRIYA, away_from=today + DAY, away_until=today + 2 * DAY)
    assert (mine(office).away_from, mine(office).away_until) == (today + DAY, today + 2 * DAY)
    office.later(days=2)
    assert (mine(office).away_from, mine(office).away_until) == (None, today + 2 * DAY)
    office.later(days=1)
    assert mine(office).away_until is None


def test_the_tabs_and_the_first_of_them_fit_who_looks(office: Office) -> None:
    assert (look(office).tabs, look(office).state.tab) == (("accounts",), "accounts")
    assert mine(office).everyone_new
    customer(office, "Acme", 3, 50)
    assert not mine(office, DIEGO).everyone_new
    office.person(DIEGO, manager=BOSS)
    assert (look(office, BOSS).tabs, look(office, BOSS).state.tab) == (("accounts", "portfolio"), "portfolio")
    assert look(office, BOSS).scopes == ("team", "everyone")
    assert look(office, MARTA).tabs == ("accounts", "portfolio", "setup")
    assert look(office, MARTA).scopes == ("everyone",)
    office.choose(fallback_channel=None)
    assert look(office, MARTA).state.tab == "setup"
    assert look(office, MARTA).shown == Setup(alert_channel=True, admins=1, accounts=True)
    office.person(PRIYA, role="leader")
    assert look(office).state.tab == "portfolio"
    office.person(PRIYA, role="viewer")
    assert (look(office).tabs, look(office).can_add, look(office).state.tab) == (
        ("accounts", "portfolio"),
        False,
        "accounts",
    )


def test_before_there_is_an_admin_everybody_may_set_up(office: Office) -> None:
    office.choose(admins=())
    assert look(office).tabs == ("accounts", "setup")
    assert look(office).state.tab == "accounts"


def test_what_was_chosen_is_kept_for_the_day(office: Office) -> None:
    customer(office, "Acme", 3, 50)
    state = HomeState(tab="accounts", only="save", page=0)
    home.choose(office.db, office.now, office.actor(), state)
    assert look(office).state.only == "save"
    assert look(office, DIEGO).state.only == "all"
    office.later(days=1)
    assert look(office).state.only == "all"
    home.choose(office.db, office.now, office.actor(), HomeState(tab="setup", scope="team"))
    assert (look(office).state.tab, look(office).state.scope) == ("accounts", "everyone")  # neither is theirs to choose


def test_a_leader_sees_the_figures_of_a_team_or_of_all(office: Office) -> None:
    acme = customer(office, "Acme", 3, 90)
    customer(office, "Globex", 1, 20, owner=DIEGO)
    customer(office, "Initech", None, None, owner=DIEGO)
    office.later(days=60)  # into the next quarter
    office.rate(acme, 5)
    office.change(acme, next_due=office.now.date() + 50 * DAY)
    office.person(DIEGO, manager=BOSS)
    team = overview(office)
    assert team.owners == (BOSS, DIEGO)
    assert (team.accounts, team.cells) == (2, {"let_churn": 1})
    assert (team.alerts, team.free, team.undecided) == (1, 1, 1)
    assert [each.name for each in team.longest] == ["Globex"]
    assert team.late is not None
    assert [(each.owner, each.accounts, each.days) for each in team.late] == [(DIEGO, 1, 60)]
    everyone = overview(office, tab="portfolio", scope="everyone")
    assert everyone.owners is None
    assert (everyone.accounts, everyone.fresh_cmi, everyone.fresh_chs) == (3, 2, 2)
    assert everyone.late is None  # figures of other people's single owners
    assert everyone.movement is not None
    assert [(each.name, each.before, each.after) for each in everyone.movement.up] == [
        ("Acme", Fraction(3), Fraction(5))
    ]
    office.person(BOSS, role="leader")
    late = overview(office, tab="portfolio", scope="everyone").late
    assert late is not None
    assert [each.owner for each in late] == [DIEGO]


def test_where_people_see_only_their_own_a_manager_sees_the_team(office: Office) -> None:
    office.choose(access=AccessSettings(see="own"))
    customer(office, "Acme", 3, 90)
    customer(office, "Globex", 1, 20, owner=DIEGO)
    office.person(DIEGO, manager=BOSS)
    assert look(office, BOSS, tab="portfolio", scope="everyone").scopes == ("team",)
    assert overview(office).accounts == 1
    assert overview(office, MARTA, tab="portfolio").accounts == 2


def test_the_home_of_one_person_is_not_told_to_another_workspace(office: Office, db: Database) -> None:
    customer(office, "Acme", 1, 20)
    elsewhere = Office(db)
    assert mine(elsewhere).rows == ()
    assert mine(elsewhere).alerts == ()
    assert mine(elsewhere).everyone_new


def test_a_change_concerns_the_owner_the_cover_and_who_took_it_on(office: Office, db: Database) -> None:
    account = customer(office, "Acme", 1, 20)
    office.change(account, cover=DIEGO, cover_until=office.now.date())
    assert home.concerned(db, office.now, office.workspace_id, [account]) == {account: {PRIYA, DIEGO}}
    with db.write() as session:
        session.execute(update(Episode).values(claimed_by=MARTA))
    office.later(days=1)
    assert home.concerned(db, office.now, office.workspace_id, [account]) == {account: {PRIYA, MARTA}}
    assert home.concerned(db, office.now, Office(db).workspace_id, [account]) == {}


def test_a_home_costs_a_few_statements_however_many_accounts_there_are(office: Office, db: Database) -> None:
    for number in range(3):
        account = customer(office, f"Account {number}", 2, 20)
        office.due(account, office.now.date())
    with counted(db) as few:
        mine(office)
    for number in range(30):
        account = customer(office, f"More {number}", 2 + number % 3, 20)
        office.due(account, office.now.date())
    with counted(db) as many:
        assert len(mine(office).rows) == 20
    assert len(many) <= len(few) <= 10
    office.person(DIEGO, manager=BOSS)
    with counted(db) as led:
        overview(office)
    assert len(led) <= 11
