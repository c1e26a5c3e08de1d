"""Who moved up and down, and by how much maturity was lifted."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from bot.flows import configuring, movers
from bot.flows.configuring import NewFramework
from bot.store.database import Database
from bot.store.tables import Account, Assessment
from bot.views.movers import CELLS, CRITERIA, DOWN, UP, LiftLine, Movers
from bot.views.query import Query
from cmi_core import load_framework, score
from cmi_core.portfolio import lift_by_criterion
from tests.flows.office import CRITERIA as IDS
from tests.flows.office import DIEGO, GOLDEN, NOW, PRIYA, Office

F = Fraction


@pytest.fixture
def office(db: Database) -> Office:
    """Three customers rated half a year ago and again today: one up and into another cell, one down, one the same."""
    office = Office(db)
    stories: list[tuple[str, int, Any, str, str]] = [
        ("Up", 2, 4, PRIYA, "Mature"),
        ("Down", 4, 3, DIEGO, "Mature"),
        ("Same", 3, 3, PRIYA, "Growth"),
        ("New here", 1, [3] + [1] * 11, DIEGO, "Onboarding"),
    ]
    accounts = {}
    office.now = NOW - timedelta(days=180)
    for name, before, _, owner, stage in stories:
        accounts[name] = office.account(name, owner=owner)
        office.change(accounts[name], segments={"stage": stage})
        office.type_health(accounts[name], 80)
        office.rate(accounts[name], before)
    office.now = NOW
    for name, _, after, _, _ in stories:
        office.rate(accounts[name], after)
    once = office.account("Once")
    office.rate(once, 5)
    return office


def look(office: Office, show: str = UP, user: str = PRIYA, **query: Any) -> Movers:
    return movers.look(office.db, office.now, office.actor(user), Query(show=show, **query))


def test_who_moved_up_and_who_down_the_largest_move_first(office: Office) -> None:
    up, down = look(office), look(office, DOWN)
    assert [(move.name, move.before, move.after) for move in up.moves] == [
        ("Up", F(2), F(4)),
        ("New here", F(1), F(1) + F(2, 5) * F(2, 3)),
    ]
    assert [(move.name, move.before, move.after) for move in down.moves] == [("Down", F(4), F(3))]
    assert (up.up, up.down, up.unchanged, up.cells) == (2, 1, 1, 1)
    assert (up.moves[0].from_cell, up.moves[0].to_cell) == ("retain", "expand_and_leverage")


def test_who_changed_cell(office: Office) -> None:
    assert [(move.name, move.from_cell) for move in look(office, CELLS).moves] == [("Up", "retain")]


def test_lift_keeps_onboarding_apart_and_ones_own_to_oneself(office: Office) -> None:
    shown = look(office)
    assert shown.lift == LiftLine(label="", accounts=3, mean=F(1, 3))
    assert shown.onboarding == LiftLine(label="", accounts=1, mean=F(4, 15))
    assert shown.own == LiftLine(label="", accounts=2, mean=F(1))
    assert look(office, user=DIEGO).own == LiftLine(label="", accounts=1, mean=F(-1))
    assert look(office, user="U01ADMIN").own is None


def test_the_lift_of_one_owner_is_hidden_from_leaders(office: Office) -> None:
    office.choose(admins=("U01ADMIN",))
    theirs = (("owner", DIEGO),)
    seen = look(office, user="U01ADMIN", filters=theirs)
    assert (seen.down, seen.lift, seen.own) == (1, None, None)
    assert look(office, "stage", user="U01ADMIN", filters=theirs).lines == ()
    assert look(office, user=DIEGO, filters=theirs).lift == LiftLine(label="", accounts=1, mean=F(-1))


def test_lift_by_segment(office: Office) -> None:
    assert [(line.label, line.accounts, line.mean) for line in look(office, "stage").lines] == [
        ("Growth", 1, 0),
        ("Mature", 2, F(1, 2)),
        ("Onboarding", 1, F(4, 15)),
    ]


def test_lift_by_criterion_is_the_mean_change_of_its_level(office: Office) -> None:
    lines = look(office, CRITERIA).lines
    assert len(lines) == len(IDS)
    assert (lines[0].label, lines[0].accounts, lines[0].mean) == ("Clarity of Charter", 4, F(3, 4))
    assert {line.mean for line in lines[1:]} == {F(1, 4)}


def test_lift_by_criterion_is_what_the_core_reckons_from_the_sheets(office: Office) -> None:
    gaps = [None, 4, 1, 5, None, 2, 3, 3, 1, 2, 5, 4]
    office.rate(office.rows(Account)[0].id, gaps)
    office.rate(office.rows(Account)[1].id, gaps[::-1])
    sheets: dict[int, list[dict[str, int | None]]] = {}
    for row in office.rows(Assessment):
        sheets.setdefault(row.account_id, []).append(dict(row.ratings))
    right = lift_by_criterion((each[0], each[-1]) for each in sheets.values() if len(each) > 1)
    names = {each.name: each.id for each in load_framework("maor-wittgen").criteria}
    lines = look(office, CRITERIA).lines
    assert {names[line.label]: (line.accounts, line.mean) for line in lines} == {
        key: (each.accounts, each.mean) for key, each in right.items()
    }


def test_new_weights_lift_nobody(office: Office) -> None:
    weights = {"charter": F(10), "people": F(20), "process": F(0), "technology": F(70)}
    office.change(office.rows(Account)[2].id, segments={"stage": "Growth"})
    other = office.account("Uneven")
    office.now = NOW - timedelta(days=170)
    office.rate(other, [3, 1, 3, None, *GOLDEN[4:]])
    office.now = NOW
    office.rate(other, GOLDEN)
    weighted = load_framework("maor-wittgen").with_weights(weights)
    configuring.apply(office.db, office.now, office.actor(), NewFramework(weighted))
    shown = look(office)
    assert (shown.up, shown.down, shown.unchanged, shown.other_scale) == (2, 2, 1, 0)
    before = score(weighted, dict(zip(IDS, [3, 1, 3, None, *GOLDEN[4:]], strict=True))).cmi
    after = score(weighted, dict(zip(IDS, GOLDEN, strict=True))).cmi
    assert [(each.before, each.after) for each in look(office, DOWN).moves if each.name == "Uneven"] == [
        (before, after)
    ]


def test_a_later_day_sees_no_movement(office: Office) -> None:
    shown = look(office, since=NOW.date())
    assert (shown.moves, shown.up, shown.lift) == ((), 0, None)


def test_only_a_cut_by_stage_shows_customers_in_onboarding(office: Office) -> None:
    for row in office.rows(Account):
        office.change(row.id, segments={**row.segments, "size": "Small"})
    assert [(line.label, line.accounts) for line in look(office, "size").lines] == [("Small", 3)]


def test_a_blind_second_rating_is_not_where_movement_starts(office: Office) -> None:
    first = office.rows(Assessment)[0]
    columns = {column.name: getattr(first, column.name) for column in Assessment.__table__.columns}
    changed: dict[str, object] = {
        "id": None,
        "submission": "blind",
        "blind": True,
        "created_at": NOW - timedelta(days=150),
        "ratings": {},
    }
    with office.db.write() as session:
        session.add(Assessment(**{**columns, **changed}))
    assert [move.name for move in look(office).moves] == ["Up", "New here"]
