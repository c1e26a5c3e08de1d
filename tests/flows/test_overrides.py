"""A cell chosen by hand: who may, how long it holds, and what comes after it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.errors import FieldError, NotAllowed
from bot.flows import accounts, configuring, overrides
from bot.flows.configuring import NewMap
from bot.store.database import Database
from bot.store.tables import Audit, Message, PlacementRow
from bot.views.override_form import OverrideEntry
from bot.views.standing import gaps
from cmi_core.matrix import map_from_dict
from tests.flows.office import DIEGO, MARTA, NOW, PRIYA, Office

UNTIL = NOW.date() + timedelta(days=10)


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(admins=(MARTA,), alert_channel="C01ALERTS")
    return office


def healthy(office: Office) -> int:
    account = office.account()
    office.rate(account, 5)
    office.type_health(account, 80)
    return account


def put(office: Office, account: int, cell: str = "save", until: date = UNTIL, by: str = PRIYA) -> None:
    entry = OverrideEntry(account_id=account, cell=cell, until=until, reason="Their sponsor leaves")
    overrides.begin(office.db, office.now, office.actor(by), entry)


def causes(office: Office) -> list[tuple[str | None, str]]:
    return [(each.cell, each.cause) for each in office.rows(PlacementRow)]


def test_an_override_moves_the_account_and_says_until_when_and_why(office: Office) -> None:
    account = healthy(office)
    put(office, account)
    assert office.get(account).cell == "save"
    assert causes(office)[-1] == ("save", "override")
    assert len(office.messages("alert")) == 1
    standing = accounts.card(office.db, office.now, office.actor(), account).standing
    assert f"Overridden until 22 Aug 2026 by <@{PRIYA}>, because: Their sponsor leaves" in gaps(standing)
    [entry] = [each for each in office.rows(Audit) if each.action == "override"]
    assert (entry.actor, entry.after, entry.reason) == (
        PRIYA,
        {"cell": "save", "until": "2026-08-22"},
        "Their sponsor leaves",
    )


def test_it_holds_through_new_scores_and_new_cuts(office: Office) -> None:
    account = healthy(office)
    put(office, account)
    office.later(days=1).type_health(account, 95)
    configuring.apply(office.db, office.now, office.actor(MARTA), NewMap(map_from_dict({"chs_cuts": [60]})))
    assert office.get(account).cell == "save"


def test_it_falls_away_when_its_last_day_is_over(office: Office) -> None:
    account = healthy(office)
    put(office, account)
    office.now = NOW + timedelta(days=10)
    assert overrides.tick(office.db, office.now) == 0
    office.later(days=1)
    assert overrides.tick(office.db, office.now) == 1
    assert overrides.tick(office.db, office.now) == 0
    row = office.get(account)
    assert (row.cell, row.override_cell, row.override_until) == ("expand_and_leverage", None, None)
    assert causes(office)[-1] == ("expand_and_leverage", "override")


def test_one_that_can_not_end_keeps_no_other_from_ending(office: Office) -> None:
    broken, whole = healthy(office), office.account("Globex")
    office.rate(whole, 5, health=80)
    for account in (broken, whole):
        put(office, account)
    with office.db.write() as session:
        first = session.scalars(select(Message).where(Message.kind == "alert").order_by(Message.id)).first()
        assert first is not None
        first.data = {"of": "another version"}
    assert overrides.tick(office.db, NOW + timedelta(days=11)) == 1
    assert [office.get(each).override_until for each in (broken, whole)] == [UNTIL, None]


def test_it_can_be_ended_at_once(office: Office) -> None:
    account = healthy(office)
    put(office, account)
    assert overrides.end(office.db, office.now, office.actor(), account).cell == "expand_and_leverage"
    assert overrides.end(office.db, office.now, office.actor(), account).override is None


def test_a_map_without_the_cell_ends_its_hold(office: Office) -> None:
    account = healthy(office)
    put(office, account, "let_churn")
    configuring.apply(office.db, office.now, office.actor(MARTA), NewMap(map_from_dict({"kind": "nine"})))
    assert office.get(account).cell == "expand_and_leverage"


def test_only_the_owner_and_admins_may(office: Office) -> None:
    account = healthy(office)
    with pytest.raises(NotAllowed):
        put(office, account, by=DIEGO)
    put(office, account, by=MARTA)


@pytest.mark.parametrize(
    ("cell", "until", "field"), [("core", UNTIL, "cell"), ("save", NOW.date() - timedelta(days=1), "until")]
)
def test_what_cannot_be_is_refused_under_its_field(office: Office, cell: str, until: date, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        put(office, healthy(office), cell, until)
    assert refused.value.field == field


def test_an_account_without_scores_has_no_cell_to_override(office: Office) -> None:
    with pytest.raises(FieldError, match="no place on the map yet"):
        put(office, office.account())
