"""One score, from the survey to its place: exact, once, and in step with what it owes."""

import threading
from datetime import timedelta
from fractions import Fraction

import pytest

from bot.errors import AlreadyClaimed, Busy, NotFound
from bot.flows import alerts, csv_accounts, importing, rating, settings
from bot.store import accounts, messages
from bot.store.database import Database
from bot.store.tables import Assessment, Draft, HealthReading, Message, PlacementRow
from bot.views.alert import Alert
from bot.views.settings_form import SettingsForm
from tests.flows.office import CRITERIA, DIEGO, GOLDEN, MARTA, NOW, PRIYA, Office

ALERTS = "C01ALERTS"


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel=ALERTS)
    return office


def test_the_golden_example_is_stored_exactly_with_its_result(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    [stored] = office.rows(Assessment)
    assert stored.cmi == office.get(account).cmi == Fraction(71, 30)
    assert stored.categories == {"charter": "7/3", "people": "4", "process": "5/3", "technology": "4/3"}
    assert office.get(account).next_due == NOW.date().replace(month=11)
    assert [(row.kind, row.recipient) for row in office.rows(Message)] == [("result", PRIYA)]


def test_the_same_submission_twice_is_once(office: Office) -> None:
    account = office.account()
    office.type_health(account, 20)
    page = office.page(account, [5] * 12, submission="token")
    first = rating.submit(office.db, office.now, office.actor(), page)
    again = rating.submit(office.db, office.now, office.actor(), page)
    assert (first.duplicate, again.duplicate) == (False, True)
    assert len(office.rows(Assessment)) == len(office.messages("alert")) == 1


def test_one_submission_delivered_many_times_at_once_is_once(office: Office) -> None:
    account = office.account()
    page = office.page(account, [5] * 12, submission="token", health=20)
    start = threading.Barrier(6)

    def submit() -> None:
        start.wait()
        rating.submit(office.db, office.now, office.actor(), page, patience=20)

    threads = [threading.Thread(target=submit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office.rows(Assessment)) == len(office.rows(HealthReading)) == len(office.messages("alert")) == 1


def test_two_people_at_once_come_one_after_another(office: Office) -> None:
    account = office.account()
    office.type_health(account, 20)
    start = threading.Barrier(2)

    def rate(by: str, level: int) -> None:
        start.wait()
        page = office.page(account, [level] * 12, submission=f"by {by}")
        rating.submit(office.db, office.now, office.actor(by), page, patience=20)

    threads = [threading.Thread(target=rate, args=each) for each in ((PRIYA, 1), (DIEGO, 5))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, last = office.rows(Assessment)
    assert office.get(account).cmi == last.cmi
    assert [row.cell for row in office.rows(PlacementRow) if row.ended_at is None] == [office.get(account).cell]
    assert len(office.messages("alert")) == 2
    assert {first.rater, last.rater} == {PRIYA, DIEGO}


def test_who_can_not_have_the_lock_in_time_stores_nothing(office: Office) -> None:
    account = office.account()
    other = Database(office.db.url.render_as_string(hide_password=False))
    with other.write() as session:
        accounts.lock(session, office.workspace_id, account)
        with pytest.raises(Busy):
            rating.submit(office.db, NOW, office.actor(), office.page(account, [3] * 12), patience=0.2)
    other.close()
    assert office.rows(Assessment) == []


def test_not_known_is_left_out_and_too_many_make_it_incomplete(office: Office) -> None:
    account = office.account()
    office.rate(account, [None, None, None, *[4] * 9])
    assert (office.get(account).cmi, office.get(account).complete) == (Fraction(4), True)
    office.later(days=1).rate(account, [None, None, None, None, *[2] * 8])
    assert (office.get(account).cmi, office.get(account).complete) == (None, False)


def test_a_draft_is_taken_up_again_until_it_expires(office: Office) -> None:
    account = office.account()
    page = office.page(account, [2] * 6, submission="token", criteria=CRITERIA[:6])
    rating.turn_page(office.db, office.now, office.actor(), page, 1)
    resumed = rating.open_survey(office.db, office.now, office.actor(), account)
    assert (resumed.submission, resumed.resumed, len(resumed.answers)) == ("token", "same", 6)
    assert not rating.open_survey(office.db, office.now, office.actor(DIEGO), account).resumed
    assert not rating.open_survey(office.db, office.now + timedelta(days=14), office.actor(), account).resumed
    office.rate(account, [3] * 6, submission="token", page=1, criteria=CRITERIA[6:])
    assert office.get(account).cmi == Fraction(12, 5)
    assert office.rows(Draft) == []


def test_only_crossing_the_margin_moves_an_account(office: Office) -> None:
    account = office.account()
    office.rate(account, 5)
    office.type_health(account, 50)
    assert office.get(account).cell == "expand_and_leverage"
    for health, cell in ((48, "expand_and_leverage"), (46, "save"), (52, "save"), (53, "expand_and_leverage")):
        office.later(hours=1).type_health(account, health)
        assert office.get(account).cell == cell


def test_entering_an_alert_cell_owes_one_alert_staying_none_and_leaving_ends_it_in_its_thread(office: Office) -> None:
    account = office.account()
    office.rate(account, 5)
    office.type_health(account, 20)
    office.later(hours=1).type_health(account, 10)
    office.later(hours=1).rate(account, 5)
    [alert] = office.messages("alert")
    assert alert.recipient == ALERTS
    office.later(days=1).type_health(account, 90)
    [episode] = office.episodes()
    assert (episode.ended_at, episode.ended_in) == (office.now, "expand_and_leverage")
    [note] = office.messages("episode_note")
    assert note.thread_of == alert.id
    assert Alert.model_validate(office.messages("alert")[0].data).ended_in == "expand_and_leverage"


@pytest.mark.parametrize(("days", "alerts_owed"), [(7, 1), (8, 2)])
def test_back_within_the_quiet_period_reopens_the_thread(office: Office, days: int, alerts_owed: int) -> None:
    account = office.account()
    office.rate(account, 5)
    office.type_health(account, 20)
    office.later(hours=1).type_health(account, 90)
    office.later(days=days).type_health(account, 20)
    assert len(office.messages("alert")) == len(office.episodes()) == alerts_owed
    assert office.episodes()[-1].ended_at is None


def test_back_in_a_cell_where_nobody_was_told_before_owes_the_alert(office: Office) -> None:
    account = office.account()
    office.rate(account, 5)
    sheet = csv_accounts.read(b"name,health\nAcme,20\n", office.now)
    importing.apply(office.db, office.now, office.workspace_id, sheet, {})  # a baseline pages nobody
    assert office.messages("alert") == []
    office.later(hours=1).type_health(account, 90)
    office.later(days=1).type_health(account, 20)
    [episode] = office.episodes()
    assert episode.message_id is not None
    assert episode.ended_at is None


def test_without_an_alert_channel_alerts_wait_and_go_out_when_there_is_one(db: Database) -> None:
    office = Office(db)
    account = office.account()
    office.rate(account, 5)
    office.type_health(account, 20)
    office.later(hours=1).type_health(account, 90)
    assert {row.recipient for row in office.rows(Message) if row.kind != "result"} == {""}
    chosen = SettingsForm(alert_channel=ALERTS, fallback_channel=None, admins=(PRIYA,), zone="UTC")
    settings.write(office.db, office.now, office.actor(), chosen)
    assert {row.recipient for row in office.rows(Message) if row.kind != "result"} == {ALERTS}


def test_an_alert_is_taken_by_one_of_two_who_press_at_once(office: Office) -> None:
    account = office.account()
    office.rate(account, 5)
    office.type_health(account, 20)
    [episode] = office.episodes()
    start = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def claim(by: str) -> None:
        start.wait()
        try:
            alerts.claim(office.db, office.now, office.actor(by), episode.id)
            outcomes[by] = "taken"
        except AlreadyClaimed as error:
            outcomes[by] = error.text

    threads = [threading.Thread(target=claim, args=(who,)) for who in (DIEGO, MARTA)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = office.episodes()[0].claimed_by
    assert winner in outcomes
    assert outcomes.pop(str(winner)) == "taken"
    assert f"<@{winner}> is on it already" in next(iter(outcomes.values()))
    alerts.claim(office.db, office.now, office.actor(str(winner)), episode.id)  # a second press changes nothing
    assert office.messages("alert")[0].revision == 2


def test_another_workspaces_account_is_not_there(office: Office) -> None:
    account = office.account()
    stranger = Office(office.db)
    with pytest.raises(NotFound):
        stranger.rate(account, 3)


def test_a_placement_can_not_be_kept_without_what_it_owes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    account = office.account()
    office.type_health(account, 20)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the process dies here")

    monkeypatch.setattr(messages, "owe", fails)
    with pytest.raises(RuntimeError):
        office.rate(account, 5)
    assert not office.rows(Assessment)
    assert not office.rows(PlacementRow)
    assert not office.episodes()
    assert office.get(account).cmi is None
