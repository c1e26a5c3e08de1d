"""Accounts go to another owner, and somebody covers for one."""

from datetime import date, timedelta

import pytest
from slack_sdk import WebClient

from bot.errors import FieldError, NotAllowed, UserError
from bot.flows import accounts, asking, handing_over
from bot.store.database import Database
from bot.store.tables import Account, Audit
from sandbox.workspace import TEAM_ID
from tests.flows.asked import MONDAY, TODAY, asked, due_account, names, tick_daily
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db, now=MONDAY, team=TEAM_ID)


def owners(office: Office) -> dict[str, str | None]:
    return {row.name: row.owner for row in office.rows(Account)}


def test_all_of_somebodys_accounts_go_with_what_is_asked_about_them(office: Office, client: WebClient) -> None:
    for name in ("One", "Two"):
        due_account(office, name)
    later = office.account("Later")
    office.due(later, TODAY + timedelta(days=60))
    office.change(later, cover=DIEGO, cover_until=date(2026, 12, 1))
    office.account("Others", owner=MARTA)
    asking.tick(office.db, office.now, client)
    shown = handing_over.preview(office.db, office.actor(), PRIYA, DIEGO)
    assert (shown.accounts, shown.prompts) == (3, 2)
    given = handing_over.hand_over(office.db, office.now, office.actor(), PRIYA, DIEGO)
    assert (given.accounts, given.prompts) == (3, 2)
    assert owners(office) == {"One": DIEGO, "Two": DIEGO, "Later": DIEGO, "Others": MARTA}
    assert office.get(later).cover is None  # nobody covers for themselves
    assert [names(prompt) for prompt in asked(office) if prompt.recipient == PRIYA] == [[]]
    assert tick_daily(office, client, 1) == [(TODAY, DIEGO)]
    assert names(asked(office)[-1]) == ["One", "Two"]
    entries = [row for row in office.rows(Audit) if row.action == "assign"]
    assert len(entries) == 3
    with pytest.raises(UserError, match="owns no accounts"):
        handing_over.preview(office.db, office.actor(), PRIYA, DIEGO)


def test_several_accounts_go_at_once_or_none_of_them(office: Office) -> None:
    ids = [office.account(f"Account {number}") for number in range(7)]
    given = handing_over.assign_some(office.db, office.now, office.actor(), ids, DIEGO)
    assert (given.accounts, len(given.names), given.before) == (7, 5, (PRIYA,))
    assert set(owners(office).values()) == {DIEGO}
    office.choose(admins=(MARTA,))
    mine = office.account("Mine")
    with pytest.raises(NotAllowed):
        handing_over.assign_some(office.db, office.now, office.actor(), [mine, ids[0]], PRIYA)
    assert office.get(mine).owner == PRIYA


@pytest.mark.parametrize("state", ["deactivated", "guest", "bot", "foreign"])
def test_only_members_can_own_or_cover(office: Office, state: str) -> None:
    account = office.account()
    office.person(DIEGO, state=state, name="Diego Ramos")
    with pytest.raises(FieldError, match="Diego Ramos") as refused:
        handing_over.assign(office.db, office.now, office.actor(), account, DIEGO)
    assert refused.value.field == "owner"
    with pytest.raises(FieldError):
        handing_over.hand_over(office.db, office.now, office.actor(), PRIYA, DIEGO)
    with pytest.raises(FieldError) as refused:
        handing_over.cover(office.db, office.now, office.actor(), account, who=DIEGO, until=None)
    assert refused.value.field == "cover"
    assert (office.get(account).owner, office.get(account).cover) == (PRIYA, None)


def test_only_themselves_their_manager_and_admins_decide_about_all_of_somebodys(office: Office) -> None:
    office.account()
    office.choose(admins=(MARTA,))
    with pytest.raises(NotAllowed):
        handing_over.preview(office.db, office.actor(DIEGO), PRIYA, DIEGO)
    with pytest.raises(NotAllowed):
        handing_over.cover_all(office.db, office.now, office.actor(DIEGO), PRIYA, who=DIEGO, until=None)
    office.person(PRIYA, manager=DIEGO)
    for who in (PRIYA, DIEGO, MARTA):
        assert handing_over.preview(office.db, office.actor(who), PRIYA, "U01NEW").accounts == 1


def test_a_cover_is_shown_until_its_last_day(office: Office) -> None:
    account = office.account()
    covered = handing_over.cover(office.db, office.now, office.actor(), account, who=DIEGO, until=date(2026, 11, 4))
    assert (covered.name, covered.cover, covered.until) == ("Acme", DIEGO, date(2026, 11, 4))
    shown = accounts.card(office.db, office.now, office.actor(), account).standing
    assert (shown.cover, shown.cover_until) == (DIEGO, date(2026, 11, 4))
    office.later(days=3)
    assert accounts.card(office.db, office.now, office.actor(), account).standing.cover is None
    with pytest.raises(FieldError, match="day is over"):
        handing_over.cover(office.db, office.now, office.actor(), account, who=DIEGO, until=date(2026, 11, 4))
    with pytest.raises(FieldError, match="themselves"):
        handing_over.cover(office.db, office.now, office.actor(), account, who=PRIYA, until=None)


def test_all_of_ones_accounts_are_covered_and_the_cover_taken_back(office: Office) -> None:
    for name in ("One", "Two"):
        office.account(name)
    office.account("Others", owner=MARTA)
    me = office.actor()
    assert handing_over.cover_all(office.db, office.now, me, PRIYA, who=DIEGO, until=date(2026, 12, 1)).accounts == 2
    assert [row.cover for row in office.rows(Account)] == [DIEGO, DIEGO, None]
    assert handing_over.cover_all(office.db, office.now, me, PRIYA, who=DIEGO, until=date(2026, 12, 1)).accounts == 2
    assert [each.action for each in office.rows(Audit)].count("cover") == 1
    handing_over.cover_all(office.db, office.now, me, PRIYA, who=None, until=None)
    assert {(row.cover, row.cover_until) for row in office.rows(Account)} == {(None, None)}
