"""The portfolio is what it says: lifelike, and nobody is flooded with its past."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from bot.flows.standings import Reader
from bot.store.tables import Account, Assessment, Episode, HealthReading, Message
from bot.views.standing import Standing
from cmi_core import load_framework
from sandbox import cast
from sandbox.demo_office import ALERTS, Office
from sandbox.history import Cast
from sandbox.portfolio import happenings, stories
from tests.demo.conftest import OPENING

PRIYA = "U01PRIYA00"


@pytest.fixture(scope="module")
def accounts(office: Office) -> Sequence[Account]:
    with office.program.db.read() as session:
        return session.scalars(select(Account)).all()


@pytest.fixture(scope="module")
def standings(office: Office) -> dict[str, Standing]:
    with office.program.db.read() as session:
        reader = Reader(session, office.program.workspace_id, OPENING)
        return {each.name: reader.standing(each) for each in session.scalars(select(Account))}


def test_about_sixty_accounts_have_owners_in_three_time_zones(accounts: Sequence[Account]) -> None:
    zones = {user.id: user.tz for user in cast.people()}
    assert 55 <= len(accounts) <= 65
    assert {zones[each.owner] for each in accounts if each.owner} == {"Europe/London", "America/New_York", "Asia/Tokyo"}
    assert all(each.recurring_revenue and each.renewal_date and len(each.segments) == 5 for each in accounts)


def test_half_are_happy_and_a_tenth_is_at_risk(standings: dict[str, Standing]) -> None:
    cells = Counter(each.cell for each in standings.values() if each.cell)
    placed = cells.total()
    assert 0.45 <= cells["expand_and_leverage"] / placed <= 0.58
    assert 0.07 <= cells["let_churn"] / placed <= 0.13
    assert 0.07 <= cells["save"] / placed <= 0.15
    assert set(cells) == {"expand_and_leverage", "retain", "save", "let_churn"}


def test_some_are_unplaced_or_stale(standings: dict[str, Standing]) -> None:
    assert sum(each.cell is None for each in standings.values()) >= 4
    stale = Counter(axis for each in standings.values() for axis in each.stale)
    assert stale["cmi"] >= 3
    assert stale["chs"] >= 2


def test_the_articles_two_customers_have_one_health_and_two_plays(standings: dict[str, Standing]) -> None:
    a, b = standings["Cascadia Instruments"], standings["Palisade Group"]
    assert a.chs == b.chs
    assert (a.cell, b.cell) == ("expand_and_leverage", "retain")


def test_acme_waits_for_its_first_rating_with_priya(standings: dict[str, Standing]) -> None:
    acme = standings["Acme"]
    assert (acme.owner, acme.cmi, acme.chs) == (PRIYA, None, Fraction(41))


def test_the_rated_cmi_is_what_the_file_says(standings: dict[str, Standing]) -> None:
    told = [story for story in stories(Cast.of(cast.people()).owners) if story.cmi[-1] not in ("-", "?")]
    assert len(told) > 40
    for story in told:
        cmi = standings[story.name].cmi
        assert cmi is not None
        assert abs(float(cmi) - float(story.cmi[-1])) <= 0.1, story.name


def test_four_quarters_of_history_lie_on_many_days(office: Office, accounts: Sequence[Account]) -> None:
    with office.program.db.read() as session:
        first = session.scalars(select(func.min(Assessment.created_at))).one()
        ratings = session.scalars(select(func.count(Assessment.id))).one()
        readings = session.scalars(select(func.count(HealthReading.id))).one()
    assert timedelta(days=270) < OPENING - first < timedelta(days=400)
    assert ratings > 190
    assert readings > 190
    assert max(Counter(each.next_due for each in accounts).values()) <= 5


def test_the_alert_channel_tells_only_the_last_two_weeks(office: Office) -> None:
    with office.program.db.read() as session:
        told = session.scalars(select(Message).where(Message.kind == "alert", Message.state == "sent")).all()
        withdrawn = session.scalars(select(Message).where(Message.kind == "alert", Message.state == "withdrawn")).all()
        episodes = session.scalars(select(Episode).where(Episode.message_id.is_not(None))).all()
    assert 2 <= len(told) <= 6
    assert withdrawn
    assert {each.message_id for each in episodes if each.ended_at is None} == {each.id for each in told}
    assert sum(each.claimed_by is not None for each in episodes) == 1
    stamps = [float(each.ts or 0) for each in told]
    assert stamps == sorted(stamps)
    assert OPENING - timedelta(days=14) <= told[0].not_before
    assert all(abs(each.not_before.timestamp() - stamp) < 60 for each, stamp in zip(told, stamps, strict=True))
    assert len(office.sandbox.workspace.channels[ALERTS].messages) == len(told)


def test_it_is_the_same_every_time() -> None:
    owners, framework = Cast.of(cast.people()).owners, load_framework("maor-wittgen")
    told = stories(owners)
    assert happenings(told, owners, framework, OPENING) == happenings(told, owners, framework, OPENING)
