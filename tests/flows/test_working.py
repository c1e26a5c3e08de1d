"""Work on an alert: claimed, handed back, snoozed, escalated, each told once in its thread; and the whole story."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.delivery.kinds import render
from bot.errors import AlreadyClaimed, FieldError, NotAllowed, NotFound, Overtaken, UserError
from bot.flows import alerts, decisions, escalating, lifecycle, plays, snoozing, story
from bot.store.database import Database
from bot.store.tables import Audit, Episode, Message
from bot.views import playbook
from bot.views.alert import Alert
from bot.views.decision_form import DecisionEntry
from bot.views.escalate_form import EscalateEntry
from bot.views.outcome_form import Outcome
from bot.views.playbook import Tick
from bot.views.snooze_form import SnoozeEntry
from bot.workspace_settings import AccessSettings
from cmi_core.plays import playbook as book
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

BOSS = "U01BOSS"
UNTIL = date(2026, 8, 20)
WAKES = datetime(2026, 8, 20, 9, tzinfo=UTC)


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS", admins=(MARTA,))
    office.person(PRIYA, manager=BOSS)
    return office


def in_let_churn(office: Office) -> int:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    return account


def episode(office: Office) -> Episode:
    return office.episodes()[-1]


def alert(office: Office) -> Alert:
    [row] = office.messages("alert")
    return Alert.model_validate(row.data)


def thread(office: Office) -> list[str]:
    """What the thread says, in its order."""
    found = [row for row in office.rows(Message) if row.thread_of == episode(office).message_id]
    return [render(row.kind, row.data).text for row in found]


def snooze(office: Office, until: date | None = UNTIL, *, by: str = PRIYA, seen: date | None = None) -> None:
    entry = SnoozeEntry(episode_id=episode(office).id, seen=seen, until=until, reason="They are on holiday.")
    snoozing.snooze(office.db, office.now, office.actor(by), entry)


def escalate(office: Office, to: str | None = BOSS, *, by: str = PRIYA, seen: str | None = None) -> None:
    entry = EscalateEntry(episode_id=episode(office).id, seen=seen, to=to, why="They ask for a discount.")
    escalating.escalate(office.db, office.now, office.actor(by), entry)


def test_a_claim_is_told_once_and_handed_back_by_whom_it_concerns(office: Office) -> None:
    in_let_churn(office)
    for _ in range(2):
        alerts.claim(office.db, office.now, office.actor(DIEGO), episode(office).id)
    assert alert(office).claimed_by == DIEGO
    office.person("U01OTHER")
    with pytest.raises(NotAllowed, match=f"<@{DIEGO}> is on it. They can hand it back"):
        alerts.hand_back(office.db, office.now, office.actor("U01OTHER"), episode(office).id)
    for by in (PRIYA, PRIYA):  # its owner
        alerts.hand_back(office.db, office.now, office.actor(by), episode(office).id)
    assert alert(office).claimed_by is None
    assert thread(office) == [f"<@{DIEGO}> is on it.", f"<@{PRIYA}> handed it back for <@{DIEGO}>."]


def test_a_snoozed_alert_says_so_and_comes_back_by_itself_once_in_the_morning(office: Office) -> None:
    in_let_churn(office)
    alerts.claim(office.db, office.now, office.actor(DIEGO), episode(office).id)
    for _ in range(2):
        snooze(office)
    assert "Snoozed until 20 Aug 2026 by <@U01PRIYA>." in render("alert", office.messages("alert")[0].data).text
    assert snoozing.tick(office.db, WAKES - timedelta(minutes=1)) == []
    assert {actor.user for actor in snoozing.tick(office.db, WAKES)} == {PRIYA, DIEGO}
    assert snoozing.tick(office.db, WAKES) == []
    assert alert(office).snoozed_until is None
    assert thread(office)[1:] == [
        "Snoozed until 20 Aug 2026 by <@U01PRIYA>.\nReason: They are on holiday.",
        f"The snooze until 20 Aug 2026 is over. <@{DIEGO}>, please look again.",
    ]
    assert [row.action for row in office.rows(Audit) if row.subject.startswith("episode")] == [
        "claim",
        "snooze",
        "wake",
    ]


def test_a_snooze_wakes_when_the_workspaces_own_day_begins(office: Office) -> None:
    office.choose(zone="Pacific/Auckland")  # twelve hours ahead
    in_let_churn(office)
    snooze(office)
    assert snoozing.tick(office.db, datetime(2026, 8, 19, 20, 59, tzinfo=UTC)) == []
    assert snoozing.tick(office.db, datetime(2026, 8, 19, 21, 0, tzinfo=UTC)) != []


@pytest.mark.parametrize("until", [None, date(2026, 8, 12), date(2026, 12, 1)])
def test_a_day_that_can_not_be_taken_is_refused_under_its_field(office: Office, until: date | None) -> None:
    in_let_churn(office)
    with pytest.raises(FieldError, match="Please choose a day"):
        snooze(office, until)
    assert thread(office) == []


def test_who_snoozes_second_is_told_who_was_first_and_may_go_on(office: Office) -> None:
    in_let_churn(office)
    snooze(office)
    with pytest.raises(Overtaken, match="<@U01PRIYA> snoozed it until 20 Aug 2026"):
        snooze(office, date(2026, 8, 27), by=DIEGO)
    snooze(office, date(2026, 8, 27), by=DIEGO, seen=UNTIL)
    assert (alert(office).snoozed_by, alert(office).snoozed_until) == (DIEGO, date(2026, 8, 27))
    snoozing.wake(office.db, office.now, office.actor(), episode(office).id)
    snoozing.wake(office.db, office.now, office.actor(), episode(office).id)
    assert thread(office)[2:] == ["<@U01PRIYA> ended the snooze before 27 Aug 2026."]


def test_an_escalation_proposes_the_manager_and_reaches_them_once(office: Office) -> None:
    in_let_churn(office)
    form = escalating.open_form(office.db, office.now, office.actor(), episode(office).id)
    assert form.to == BOSS
    for _ in range(2):
        escalate(office)
    assert thread(office) == [f"<@{PRIYA}> escalated this to <@{BOSS}>.\nReason: They ask for a discount."]
    [direct] = office.messages("escalation")
    assert direct.recipient == BOSS
    assert f"Escalated to <@{BOSS}> on 12 Aug 2026." in render("alert", office.messages("alert")[0].data).text
    with pytest.raises(Overtaken, match=f"escalated to <@{BOSS}> meanwhile"):
        escalate(office, MARTA, by=DIEGO)
    escalate(office, MARTA, by=DIEGO, seen=BOSS)
    assert [row.recipient for row in office.messages("escalation")] == [BOSS, MARTA]


def test_without_a_manager_a_leader_is_proposed_and_then_an_admin(office: Office) -> None:
    in_let_churn(office)
    office.person(PRIYA, manager=None)
    who = office.actor(), episode(office).id
    assert escalating.open_form(office.db, office.now, *who).to == MARTA
    office.person("U01LEAD", role="leader")
    assert escalating.open_form(office.db, office.now, *who).to == "U01LEAD"


def test_nobody_is_called_to_an_account_that_they_may_not_see(office: Office) -> None:
    in_let_churn(office)
    office.choose(access=AccessSettings(see="own"))
    with pytest.raises(FieldError, match="may not see the account"):
        escalate(office, DIEGO)
    with pytest.raises(FieldError, match="somebody else than yourself"):
        escalate(office, PRIYA)
    assert office.messages("escalation") == []
    escalate(office)


def test_a_decision_sent_twice_is_told_once_and_the_second_person_hears_of_the_first(office: Office) -> None:
    in_let_churn(office)
    entry = DecisionEntry(
        episode_id=episode(office).id, what="contest", decider=DIEGO, reason="New head.", review_on=date(2026, 9, 14)
    )
    for _ in range(2):
        decisions.decide(office.db, office.now, office.actor(), entry)
    [told] = thread(office)
    assert told.startswith("Decision: Contest, by <@U01DIEGO> on 12 Aug 2026.")
    with pytest.raises(Overtaken, match="<@U01PRIYA> entered a decision meanwhile"):
        decisions.decide(office.db, office.now, office.actor(MARTA), entry.model_copy(update={"what": "accept"}))
    seen = {"what": "accept", "seen": office.now}
    decisions.decide(office.db, office.now, office.actor(MARTA), entry.model_copy(update=seen))
    assert alert(office).decision is not None
    assert len(thread(office)) == 2


def test_steps_are_summed_up_in_one_line_that_changes(office: Office) -> None:
    in_let_churn(office)
    first, second, *_ = book("let_churn").steps
    for step, done in ((first, True), (second, True), (first, False)):
        placement = alert(office).play
        assert placement is not None
        assert placement.placement_id is not None
        ticked = Tick(placement_id=placement.placement_id, play="let_churn", step=playbook.mark(step), done=done)
        plays.tick(office.db, office.now, office.actor(DIEGO), ticked)
    [line] = thread(office)
    assert line.startswith("1 of ")
    assert second in line
    assert first not in line


def test_the_thread_and_the_story_tell_the_whole_episode_in_the_same_order(office: Office) -> None:
    account = in_let_churn(office)
    alerts.claim(office.db, office.later(hours=3).now, office.actor(DIEGO), episode(office).id)
    office.later(days=1)
    snooze(office)
    office.now = WAKES
    snoozing.tick(office.db, office.now)
    office.later(hours=2)
    escalate(office, by=DIEGO)
    office.later(days=4, hours=1).type_health(account, 80)
    assert thread(office)[-1] == (
        "Acme moved from Let Churn to Retain on 24 Aug 2026, after 12 days; claimed after 3 h by <@U01DIEGO>."
    )
    told = story.read(office.db, office.now, office.actor(), episode(office).id)
    assert [entry.what for entry in told.entries] == ["claimed", "snoozed", "woken", "escalated", "left"]
    assert told.over
    from_story = [render("episode_note", entry.model_dump(mode="json")).text for entry in told.entries]
    assert from_story == thread(office)


def test_the_story_tells_of_steps_of_coming_back_and_of_a_customer_that_left(office: Office) -> None:
    account = in_let_churn(office)
    step = book("let_churn").steps[0]
    play = alert(office).play
    assert play is not None
    assert play.placement_id is not None
    ticked = Tick(placement_id=play.placement_id, play="let_churn", step=playbook.mark(step), done=True)
    plays.tick(office.db, office.later(hours=1).now, office.actor(DIEGO), ticked)
    office.later(days=1).type_health(account, 80)
    office.later(days=1).type_health(account, 20)
    gone = Outcome(account_id=account, kind="churned", on=office.later(days=1).now.date())
    lifecycle.record(office.db, office.now, office.actor(), gone)
    told = story.read(office.db, office.now, office.actor(), episode(office).id)
    assert [entry.what for entry in told.entries] == ["step", "left", "back", "churned"]
    assert told.entries[0].reason == step


def over(office: Office) -> list[Callable[[], object]]:
    """Everything that a stale button may still ask for."""
    at = (office.db, office.now, office.actor(), episode(office).id)
    return [
        lambda: alerts.claim(*at),
        lambda: alerts.hand_back(*at),
        lambda: snoozing.open_form(*at),
        lambda: snooze(office),
        lambda: snoozing.wake(*at),
        lambda: escalating.open_form(*at),
        lambda: escalate(office),
        lambda: decisions.open_form(*at),
    ]


def test_once_it_is_over_every_button_says_so_kindly_and_no_snooze_is_left(office: Office) -> None:
    account = in_let_churn(office)
    snooze(office)
    office.later(days=1).type_health(account, 80)
    said = len(thread(office))
    for ask in over(office):
        with pytest.raises(NotFound, match="has left this cell since"):
            ask()
    assert snoozing.tick(office.db, WAKES + timedelta(days=1)) == []
    assert (episode(office).snoozed_until, alert(office).snoozed_until, len(thread(office))) == (None, None, said)


def test_of_two_at_once_one_is_told_who_was_first_and_the_thread_says_it_once(office: Office) -> None:
    in_let_churn(office)
    acts: list[Callable[[str], object]] = [
        lambda by: alerts.claim(office.db, office.now, office.actor(by), episode(office).id),
        lambda by: snooze(office, UNTIL + timedelta(days=len(by)), by=by),
    ]
    for number, act in enumerate(acts, 1):
        refused: list[UserError] = []
        start = threading.Barrier(2)

        def attempt(by: str, act: Callable[[str], object] = act, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                act(by)
            except (AlreadyClaimed, Overtaken) as error:
                refused.append(error)  # noqa: B023 - the threads end before the next round

        both = [threading.Thread(target=attempt, args=(by,)) for by in (PRIYA, DIEGO)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        assert len(refused) == 1
        assert "<@U01" in refused[0].text
        assert len(thread(office)) == number
