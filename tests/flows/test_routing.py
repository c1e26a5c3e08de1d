"""Alerts go to the channel of the first rule that fits, else to the alert channel; and follow when rules change."""

import pytest

from bot.errors import ChangedMeanwhile, NotAllowed
from bot.flows import batches, channel_changes, csv_accounts, importing, routes, settings
from bot.store.database import Database
from bot.store.tables import Audit, Message
from bot.store.tables import Batch as BatchRow
from bot.views import changes
from bot.views.routes_form import RouteEntry, RouteLine
from bot.views.settings_form import SettingsForm
from bot.workspace_settings import AlertRoute
from tests.flows.office import DIEGO, PRIYA, Office

ALERTS, BIG, TEAM, SAVE = "C01ALERTS", "C01BIG", "C01TEAM", "C01SAVE"
BOSS = "U01BOSS"
RULES = (
    AlertRoute(segment="size", value="Enterprise", cell="save", channel=BIG),
    AlertRoute(manager=BOSS, channel=TEAM),
    AlertRoute(cell="save", channel=SAVE),
)


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel=ALERTS, admins=(PRIYA,), alert_routes=RULES)
    return office


def alarm(office: Office, name: str, *, level: int, owner: str = PRIYA, **segments: str) -> str:
    """Let an account come to Save (a high level) or Let Churn; the channel of its alert."""
    account = office.account(name, owner=owner)
    office.change(account, segments=segments)
    office.type_health(account, 20)
    office.rate(account, level)
    return next(row.recipient for row in office.messages("alert") if row.data["account_id"] == account)


@pytest.mark.parametrize(
    ("level", "owner", "size", "channel"),
    [
        (5, DIEGO, "enterprise", BIG),  # the first rule counts; letters of either case are the same
        (1, DIEGO, "Enterprise", TEAM),  # all that a rule names must fit
        (5, DIEGO, "Small", TEAM),
        (5, PRIYA, "Small", SAVE),
        (1, PRIYA, "Enterprise", ALERTS),
    ],
)
def test_the_first_rule_that_fits_names_the_channel(
    office: Office, level: int, owner: str, size: str, channel: str
) -> None:
    office.person(DIEGO, manager=BOSS)
    assert alarm(office, "Acme", level=level, owner=owner, size=size) == channel


def test_a_thread_and_a_reopened_alert_stay_where_they_began(office: Office) -> None:
    alarm(office, "Acme", level=5)
    office.choose(alert_routes=())
    [account] = {row.data["account_id"] for row in office.messages("alert")}
    office.later(days=1).type_health(account, 80)
    assert {row.recipient for row in office.rows(Message) if row.kind in ("alert", "episode_note")} == {SAVE}


def test_a_batch_has_a_summary_in_each_channel_and_each_line_opens_there(office: Office) -> None:
    names = [f"Account {number}" for number in range(6)]
    for number, name in enumerate(names):
        account = office.account(name, owner=DIEGO if number < 2 else PRIYA)
        office.rate(account, 5)
        office.type_health(account, 80)
    office.person(DIEGO, manager=BOSS)
    office.later(days=1)
    sheet = csv_accounts.read("\n".join(["name,health", *(f"{name},10" for name in names)]).encode(), office.now)
    importing.apply(office.db, office.now, office.workspace_id, sheet, {}, dry_run=False)
    summaries = {row.recipient: row.data["items"] for row in office.messages("batch")}
    assert {channel: len(items) for channel, items in summaries.items()} == {TEAM: 2, SAVE: 4}
    [batch] = office.rows(BatchRow)
    batches.open_alert(office.db, office.now, office.actor(), batch.id, summaries[TEAM][0]["episode_id"])
    assert [row.recipient for row in office.messages("alert")] == [TEAM]
    opened = [item["opened_by"] for row in office.messages("batch") for item in row.data["items"]]
    assert opened.count(PRIYA) == 1


def line(channel: str = BIG, **more: str) -> RouteEntry:
    return RouteEntry(line=RouteLine(channel=channel, **more))


def test_rules_are_added_raised_and_removed_with_an_entry_in_the_log_in_words(office: Office) -> None:
    office.choose(alert_routes=())
    me = office.actor()
    for entry in (line(segment="size", value="Enterprise"), line(TEAM, manager=BOSS), line(TEAM, manager=BOSS)):
        routes.add(office.db, office.now, me, entry, seen=routes.read(office.db, me).version)
    assert [route.channel for route in office.settings().alert_routes] == [BIG, TEAM]  # sent twice, stored once
    version = routes.read(office.db, me).version
    routes.up(office.db, office.now, me, 1, seen=version)
    with pytest.raises(ChangedMeanwhile):  # a second click would take away another rule
        routes.remove(office.db, office.now, me, 0, seen=version)
    routes.remove(office.db, office.now, me, 0, seen=routes.read(office.db, me).version)
    assert [route.channel for route in office.settings().alert_routes] == [BIG]
    last = [row for row in office.rows(Audit) if row.action == "settings"][-1]
    [change] = changes.between(last.before, last.after)
    assert change.markup == (
        f"Rules for the channels of alerts: <@{BOSS}> <#{TEAM}>, size Enterprise <#{BIG}> → size Enterprise <#{BIG}>"
    )
    with pytest.raises(NotAllowed):
        routes.read(office.db, office.actor(DIEGO))


def test_what_waited_goes_where_the_rules_send_it_now(office: Office) -> None:
    office.choose(alert_channel=None, alert_routes=())
    assert alarm(office, "Acme", level=5) == ""
    me = office.actor()
    routes.add(office.db, office.now, me, line(SAVE, cell="save"), seen=None)
    assert [row.recipient for row in office.messages("alert")] == [SAVE]


def test_what_was_held_goes_to_the_channel_that_is_chosen_instead(office: Office) -> None:
    office.choose(alert_routes=())
    alarm(office, "Acme", level=5)
    with office.db.write() as session:
        session.get_one(Message, office.messages("alert")[0].id).error = "the channel is shared"
    form = SettingsForm(alert_channel=BIG, admins=(PRIYA,))
    settings.write(office.db, office.now, office.actor(), form)
    [row] = office.messages("alert")
    assert (row.recipient, row.channel, row.error) == (BIG, None, "")


def test_a_channel_with_a_new_id_is_followed_by_settings_and_messages(office: Office) -> None:
    alarm(office, "Acme", level=5)
    for old, new in ((SAVE, "C02SAVE"), (ALERTS, "C02ALERTS")):
        channel_changes.renamed(office.db, office.now, office.workspace_id, old, new)
    chosen = office.settings()
    assert (chosen.alert_channel, chosen.alert_routes[2].channel) == ("C02ALERTS", "C02SAVE")
    assert [row.recipient for row in office.messages("alert")] == ["C02SAVE"]
    assert len([row for row in office.rows(Audit) if row.actor == "clock"]) == 2
