"""Playbooks: their steps are ticked off, on both databases, and nothing that somebody ticked is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.errors import NotAllowed, NotFound
from bot.flows import accounts, playbooks, plays
from bot.store.database import Database
from bot.store.tables import Audit, PlacementRow
from bot.views.advice import Advice
from bot.views.alert import Alert
from bot.views.card import Card
from bot.views.playbook import Play, Tick, mark
from bot.views.playbook_form import PlaybookForm
from cmi_core.plays import playbook
from tests.flows.office import DIEGO, GOLDEN, PRIYA, Office

STEPS = playbook("let_churn").steps


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS")
    return office


def in_let_churn(office: Office) -> int:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    return account


def card(office: Office, account: int) -> Card:
    return accounts.card(office.db, office.now, office.actor(), account)


def play(office: Office, account: int) -> Play:
    found = card(office, account).play
    assert found is not None
    return found


def advice(office: Office, account: int) -> Advice:
    found = card(office, account).advice
    assert found is not None
    return found


def tick(office: Office, shown: Play, step: str, *, done: bool = True, by: str = PRIYA) -> None:
    assert shown.placement_id is not None
    ticked = Tick(placement_id=shown.placement_id, play=shown.id, step=mark(step), done=done)
    plays.tick(office.db, office.now, office.actor(by), ticked)


def on_alert(office: Office) -> Play:
    (row,) = office.messages("alert")
    found = Alert.model_validate(row.data).play
    assert found is not None
    return found


def test_a_step_is_ticked_off_on_the_card_and_on_the_alert(office: Office) -> None:
    account = in_let_churn(office)
    assert [step.on for step in on_alert(office).steps] == [None] * len(STEPS)
    tick(office, play(office, account), STEPS[1], by=DIEGO)
    done = play(office, account).steps[1]
    assert (done.text, done.by, done.on) == (STEPS[1], DIEGO, office.now)
    assert on_alert(office) == play(office, account)
    assert office.messages("alert")[0].revision == 2


def test_ticking_again_keeps_who_was_first_and_clearing_takes_it_back(office: Office) -> None:
    account = in_let_churn(office)
    shown = play(office, account)
    tick(office, shown, STEPS[0])
    tick(office.later(hours=1), shown, STEPS[0], by=DIEGO)
    assert play(office, account).steps[0].by == PRIYA
    tick(office, shown, STEPS[0], done=False, by=DIEGO)
    assert play(office, account).steps[0].on is None
    actions = [(row.actor, row.action) for row in office.rows(Audit) if row.action.startswith("step")]
    assert actions == [(PRIYA, "step done"), (DIEGO, "step not done")]


def test_people_who_tick_at_once_lose_nothing(office: Office) -> None:
    account = in_let_churn(office)
    shown = play(office, account)
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(tick, office, shown, step) for step in STEPS]:
            each.result()
    assert all(step.on for step in play(office, account).steps)
    assert on_alert(office) == play(office, account)


def test_a_box_of_an_earlier_stay_says_that_the_account_has_moved(office: Office) -> None:
    account = in_let_churn(office)
    shown = play(office, account)
    office.later(hours=1).type_health(account, 90)
    with pytest.raises(NotFound, match="has moved"):
        tick(office, shown, STEPS[0])
    with pytest.raises(NotFound, match="has moved"):
        tick(Office(office.db), shown, STEPS[0])  # another workspace's


def test_a_box_of_a_step_that_was_changed_says_so(office: Office) -> None:
    account = in_let_churn(office)
    with pytest.raises(NotFound, match="playbook has changed"):
        tick(office, play(office, account), "Call the lawyer.")


def test_back_within_the_quiet_period_what_was_done_stays_done(office: Office) -> None:
    account = in_let_churn(office)
    tick(office, play(office, account), STEPS[2])
    office.later(hours=1).type_health(account, 90)
    assert play(office, account).id == "retain"
    assert not any(step.on for step in play(office, account).steps)
    office.later(days=2).type_health(account, 30)
    assert play(office, account).steps[2].by == PRIYA
    assert on_alert(office) == play(office, account)
    tick(office, play(office, account), STEPS[0])
    assert [bool(step.on) for step in on_alert(office).steps] == [True, False, True, False]


def test_weak_criteria_have_plays_of_their_own(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    spots = advice(office, account).weak
    assert [spot.name for spot in spots] == [
        "Breadth of Influence",
        "Knowledge Management",
        "Use of Tools",
    ]
    assert (spots[0].now, spots[0].next) == ("A single project", "A few projects or one team")
    assert spots[0].play is not None
    assert spots[0].play.placement_id is None  # off the map there is no stay to tick for
    office.type_health(account, 41)
    placed = advice(office, account).weak[0].play
    assert placed is not None
    tick(office, placed, placed.steps[0].text)
    again = advice(office, account).weak[0].play
    assert again is not None
    assert again.steps[0].by == PRIYA
    (row,) = [row for row in office.rows(PlacementRow) if row.ended_at is None]
    assert list(row.steps) == [f"breadth_of_influence: {placed.steps[0].text}"]


def test_touch_and_offer_mix_follow_from_maturity(office: Office) -> None:
    account = office.account()
    assert card(office, account).advice is None
    for level, touch, services in ((1, "tech", "Lots of consulting"), (4, "high", "Services fade")):
        office.rate(account, level)
        found = advice(office, account)
        assert (found.touch, found.offer.services) == (touch, services)
    assert advice(office, account).tags[0] == "cmi-charter-high"


def test_an_admins_playbook_takes_the_defaults_place_and_only_theirs(office: Office) -> None:
    account = in_let_churn(office)
    tick(office, play(office, account), STEPS[0])
    office.choose(admins=(DIEGO,))
    own = PlaybookForm(id="let_churn", title="Let go", summary="Really?", steps=("Ask Marta.", STEPS[0]))
    for refused in (
        lambda: playbooks.names(office.db, office.actor()),
        lambda: playbooks.read(office.db, office.actor(), "let_churn"),
        lambda: playbooks.write(office.db, office.now, office.actor(), own),
    ):
        with pytest.raises(NotAllowed):
            refused()
    admin = office.actor(DIEGO)
    playbooks.write(office.db, office.now, admin, own)
    assert play(office, account).title == "Let go"
    assert [(step.text, bool(step.on)) for step in play(office, account).steps] == [
        ("Ask Marta.", False),
        (STEPS[0], True),
    ]
    assert playbooks.read(office.db, admin, "let_churn").steps == own.steps
    assert office.rows(Audit)[-1].action == "settings"
    playbooks.write(office.db, office.now, admin, own.model_copy(update={"steps": ()}))
    assert play(office, account).title == "Let Churn?"


def test_there_is_a_playbook_to_edit_for_each_cell_and_criterion(office: Office) -> None:
    names = playbooks.names(office.db, office.actor())
    assert [each.name for each in names if each.of_cell] == ["Retain", "Expand and Leverage", "Let Churn", "Save"]
    assert len([each for each in names if not each.of_cell]) == 12
    with pytest.raises(NotFound):
        playbooks.read(office.db, office.actor(), "nowhere")


def test_other_bands_change_touch_and_qualification_but_no_place(office: Office) -> None:
    account = in_let_churn(office)
    form = playbooks.read_bands(office.db, office.actor())
    assert form.cuts["medium"] == 2.5
    changed = form.model_copy(
        update={
            "cuts": {**form.cuts, "medium": form.cuts["low"] + form.cuts["low"] / 6},
            "touch": {**form.touch, "medium": "high"},
        }
    )
    playbooks.write_bands(office.db, office.now, office.actor(), changed)
    found = advice(office, account)
    assert (found.band, found.touch) == ("medium", "high")
    assert office.get(account).cell == "let_churn"
