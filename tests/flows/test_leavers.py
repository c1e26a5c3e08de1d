"""What happens when somebody leaves: who hears of it, and what becomes of what they were on."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.flows import alerts, asking, handing_over, leavers, people, settings
from bot.store.database import Database
from bot.store.tables import Audit, Person
from bot.views.hand_over import HandedOver
from bot.views.leavers import Leavers
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.flows.asked import FALLBACK, MONDAY, TODAY, due_account
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

BOSS = "U01BOSS"
GONE = {"deleted": True}


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db, now=MONDAY, team=TEAM_ID)
    office.choose(admins=(MARTA,), alert_channel="C01ALERTS", fallback_channel=FALLBACK)
    for user in (PRIYA, DIEGO, MARTA):
        office.person(user)
    return office


def leave(office: Office, user: str = PRIYA, **seen: object) -> None:
    people.take(office.db, office.now, office.workspace_id, user, seen or GONE)


def told(office: Office) -> list[tuple[str, Leavers]]:
    return [(row.recipient, Leavers.model_validate(row.data)) for row in office.messages("leavers")]


def test_the_admins_and_the_manager_hear_once_whose_accounts_are_left(office: Office) -> None:
    office.person(PRIYA, manager=BOSS)
    office.person(DIEGO, manager=PRIYA)
    names = ("Zebra", "Alpha", "Late", "Burning", "Beta", "Gamma", "Delta")
    ids = {name: office.account(name) for name in names}
    churned = office.account("Churned")
    office.change(churned, lifecycle="churned")
    for account in ids.values():
        office.due(account, TODAY)
    office.due(ids["Late"], datetime(2026, 10, 1, tzinfo=UTC).date())
    office.rate(ids["Burning"], 1, health=20)
    leave(office)
    assert leavers.tick(office.db, office.now) == 2
    assert leavers.tick(office.db, office.now) == 0
    (to, shown), (boss, theirs) = told(office)
    assert (to, shown.admin, boss, theirs.admin) == (MARTA, True, BOSS, False)
    (left,) = shown.people
    assert left.names == ("Burning", "Late", "Alpha", "Beta", "Delta")
    assert (left.accounts, left.overdue, left.alerts, left.reports) == (7, 1, 1, 1)
    assert theirs.people == shown.people


def test_who_leaves_nothing_is_not_talked_about(office: Office) -> None:
    office.account("Others", owner=DIEGO)
    leave(office)
    assert leavers.tick(office.db, office.now) == 0
    assert office.rows(Person)[0].left_at is None


def test_who_comes_back_and_leaves_again_is_told_of_again(office: Office) -> None:
    office.account()
    leave(office)
    leave(office)  # Slack says it twice
    leavers.tick(office.db, office.now)
    leave(office, name="Priya")
    leavers.tick(office.db, office.now)
    assert len(told(office)) == 1
    office.later(minutes=5)
    leave(office, is_restricted=True)
    leavers.tick(office.db, office.now)
    assert [left.people[0].state for _, left in told(office)] == ["deactivated", "guest"]


def test_who_is_back_before_anybody_looked_is_not_told_of(office: Office) -> None:
    office.account()
    leave(office)
    leave(office, name="Priya")
    assert leavers.tick(office.db, office.now) == 0


def test_several_who_left_come_in_one_message_and_with_nobody_else_in_the_fallback_channel(office: Office) -> None:
    office.account("One")
    office.account("Two", owner=DIEGO)
    office.person(MARTA, state="deactivated")
    leave(office, PRIYA)
    leave(office, DIEGO)
    assert leavers.tick(office.db, office.now) == 1
    ((to, shown),) = told(office)
    assert (to, [each.user for each in shown.people]) == (FALLBACK, [PRIYA, DIEGO])


def test_an_admin_who_is_away_hears_of_it_on_their_return_and_the_channel_meanwhile(office: Office) -> None:
    office.account()
    office.person(MARTA, zone="Europe/London", away_from=TODAY, away_until=TODAY + timedelta(days=4))
    leave(office)
    assert leavers.tick(office.db, office.now) == 2
    assert [to for to, _ in told(office)] == [MARTA, FALLBACK]
    after_the_weekend = datetime(2026, 11, 9, 9, tzinfo=UTC)
    assert [row.not_before for row in office.messages("leavers")] == [after_the_weekend, office.now]


def test_it_waits_for_the_working_hours_of_whoever_hears_it(office: Office) -> None:
    office.account()
    office.person(MARTA, zone="America/New_York")  # five in the morning
    leave(office)
    leavers.tick(office.db, office.now)
    assert office.messages("leavers")[0].not_before == datetime(2026, 11, 2, 14, tzinfo=UTC)


def test_an_alert_that_they_were_on_waits_for_somebody_else(office: Office) -> None:
    account = office.account("Burning", owner=DIEGO)
    office.rate(account, 1, by=DIEGO, health=20)
    (episode,) = office.episodes()
    alerts.claim(office.db, office.now, office.actor(), episode.id)
    leave(office)
    assert leavers.tick(office.db, office.now) == 1
    (episode,) = office.episodes()
    assert (episode.claimed_by, episode.claimed_at) == (None, None)
    note = office.messages("episode_note")[-1].data
    assert (note["what"], note["by"], note["whom"]) == ("handed_back", None, PRIYA)
    assert [(row.actor, row.before) for row in office.rows(Audit) if row.action == "hand back"] == [
        ("clock", {"claimed_by": PRIYA})
    ]
    ((_, shown),) = told(office)
    assert (shown.people[0].handed_back, shown.people[0].accounts) == (1, 0)


def test_whoever_is_found_to_have_left_when_they_are_to_be_asked_is_told_of(
    office: Office, client: WebClient, slack: Sandbox
) -> None:
    due_account(office)
    with office.db.write() as session:
        session.get_one(Person, office.rows(Person)[0].id).read_at = None
    slack.workspace.users[PRIYA].deleted = True
    asking.tick(office.db, office.now, client)
    leavers.tick(office.db, office.now)
    assert [(to, shown.people[0].user) for to, shown in told(office)] == [(MARTA, PRIYA)]


def test_a_hand_over_is_reported_to_whoever_did_it_and_to_the_admins(office: Office) -> None:
    burning = office.account("Burning")
    office.account("Calm")
    office.rate(burning, 1, health=20)
    office.person(PRIYA, manager=BOSS)
    handing_over.hand_over(office.db, office.now, office.actor(BOSS), PRIYA, DIEGO)
    rows = office.messages("handed_over")
    assert sorted(row.recipient for row in rows) == [BOSS, MARTA]
    reported = HandedOver.model_validate(rows[0].data)
    given = reported.given
    assert (reported.by, given.old, given.new, given.accounts, given.alerts) == (BOSS, PRIYA, DIEGO, 2, 1)


def test_without_anybody_to_tell_it_waits_for_a_fallback_channel(office: Office) -> None:
    office.choose(admins=(), fallback_channel=None)
    office.account()
    leave(office)
    leavers.tick(office.db, office.now)
    assert [to for to, _ in told(office)] == [""]
    form = settings.read(office.db, office.actor(MARTA))
    settings.write(office.db, office.now, office.actor(MARTA), form.model_copy(update={"fallback_channel": FALLBACK}))
    assert [to for to, _ in told(office)] == [FALLBACK]
