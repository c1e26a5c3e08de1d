"""The survey in the hands of people: notes, going on later, the next account, and views that changed underneath."""

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.flows import lifecycle
from bot.listeners import score
from bot.store.tables import Account, Assessment, FrameworkRow, Workspace
from bot.views.outcome_form import Outcome
from cmi_core import load_framework
from sandbox.person import Person
from tests.listeners.conftest import DIEGO, MANAGER, Office
from tests.listeners.talk import answer, answer_page, command, window
from tests.listeners.test_score import IDS, open_rating


@pytest.fixture
def priya(office: Office) -> Iterator[Person]:
    person = office.person()
    yield person
    while person.modal:
        person.close()


def rate(person: Person, name: str, level: str = "4") -> None:
    open_rating(person, name)
    answer_page(person, IDS[:6], level)
    assert person.submit() == {}
    answer_page(person, IDS[6:], level)
    assert person.submit() == {}


def change(office: Office, account_id: int, **values: Any) -> None:
    with office.db.write() as session:
        row = session.get_one(Account, account_id)
        for name, value in values.items():
            setattr(row, name, value)


def shown(person: Person) -> str:
    return str((person.modal or {"blocks": []})["blocks"])


def test_notes_of_each_category_stand_beside_its_questions_next_time(office: Office, priya: Person) -> None:
    office.add("Notable")
    open_rating(priya, "Notable")
    answer_page(priya, IDS[:6], "3")
    priya.fill({"Note on Charter": "The plan is signed.", "Note on People": "Two hires."})
    assert priya.submit() == {}
    assert "Charter 3.0 · People 3.0 · *so far 3.0*" in shown(priya)
    answer_page(priya, IDS[6:], "1")
    priya.fill({"Note on Process": "Written down, not used.", "Note": "A mixed year."})
    assert priya.submit() == {}
    window(priya, "Saved")
    priya.close()
    open_rating(priya, "Notable")
    for said in ("Last time 3.0 · “The plan is signed.”", "“Two hires.”", "Note of last time: “A mixed year.”"):
        assert said in shown(priya)
    priya.close()
    for subcommand, title in (("history", "History"), ("explain", "Why it stands there")):
        priya.command(f"/cmi {subcommand} Notable")
        assert "Written down, not used." in str(window(priya, title)["blocks"])
        priya.close()
    assert "Written down, not used." in command(priya, "/cmi account Notable")


def test_what_the_levels_mean_lies_on_top_and_loses_nothing(office: Office, priya: Person) -> None:
    office.add("Levelled")
    open_rating(priya, "Levelled")
    answer_page(priya, IDS[:6], "5")
    priya.fill({"Note on Charter": "half a sent"})
    priya.click("What do the levels mean?")
    assert "Clarity of Charter" in str(window(priya, "What the levels mean")["blocks"])
    priya.close()
    assert priya.submit() == {}
    priya.click("Back")
    priya.wait_for(lambda state: "page 1 of 2" in str(state["views"][-1]["blocks"]))
    assert "half a sent" in shown(priya)


def test_a_push_that_comes_too_late_says_so_and_the_survey_stays(office: Office, priya: Person) -> None:
    office.add("Tardy")
    open_rating(priya, "Tardy")
    office.sandbox.faults.set([{"method": "views.push", "kind": "error", "error": "expired_trigger_id", "times": 2}])
    priya.click("What do the levels mean?")
    priya.wait_for(lambda _: "press the button again" in str(priya.dm()[-1:]))
    assert "Tardy" in shown(priya)


def test_after_saving_the_next_account_of_the_queue_is_one_click_away(office: Office) -> None:
    manager = office.person(MANAGER)
    first, second, third = (office.add(name, MANAGER) for name in ("Queue A", "Queue B", "Queue C"))
    today = office.now().date()
    for account, days in ((first, 9), (second, 3), (third, 1)):
        change(office, account.account_id, next_due=today - timedelta(days=days))
    rate(manager, "Queue A")
    assert "*Next: Queue B*, 3 days overdue. 1 more after it." in str(window(manager, "Saved")["blocks"])
    manager.click("Rate")
    assert "Queue B" in str(window(manager, "Rate an account")["blocks"])
    manager.close()
    rate(manager, "Queue B")
    assert "It is the last one." in shown(manager)
    manager.close()
    rate(manager, "Queue C")
    assert "Next:" not in str(window(manager, "Saved")["blocks"])
    manager.close()


def test_two_people_at_once_are_both_kept_and_the_later_is_told(office: Office, priya: Person) -> None:
    office.add("Contested")
    diego = office.person(DIEGO)
    open_rating(diego, "Contested")
    answer_page(diego, IDS[:6], "2")
    assert diego.submit() == {}
    rate(priya, "Contested", "5")
    answer_page(diego, IDS[6:], "2")
    assert diego.submit() == {}
    said = str(window(diego, "Saved")["blocks"])
    assert "rated it too while you did (CMI 5.0)" in said
    assert "CMI 2.0" in said
    diego.close()


def test_a_form_that_is_sent_twice_counts_once(office: Office, priya: Person) -> None:
    account = office.add("Doubled")
    open_rating(priya, "Doubled")
    answer_page(priya, IDS[:6])
    priya.submit()
    answer_page(priya, IDS[6:])
    office.sandbox.faults.set([{"deliver": "duplicate", "type": "interactive", "times": 1}])
    priya.submit()
    window(priya, "Saved")
    with office.db.read() as session:
        assert session.query(Assessment).filter_by(account_id=account.account_id).count() == 1


def test_an_account_that_left_meanwhile_keeps_the_answers_as_a_draft(office: Office, priya: Person) -> None:
    account = office.add("Leaver")
    open_rating(priya, "Leaver")
    answer_page(priya, IDS[:6], "3")
    priya.submit()
    answer_page(priya, IDS[6:], "4")
    priya.fill({"Note": "Still worth knowing."})
    gone = Outcome(account_id=account.account_id, kind="churned", on=date.today())  # noqa: DTZ011 - of this machine
    lifecycle.record(office.db, office.now(), office.actor(), gone)
    assert "churned" in str(priya.submit())
    priya.close()
    lifecycle.reopen(office.db, office.now(), office.actor(), account.account_id, mistake=True)
    open_rating(priya, "Leaver")
    assert "Still worth knowing." in shown(priya)
    assert priya.submit() == {}
    assert "CMI 3." in str(window(priya, "Saved")["blocks"])


def test_an_account_that_got_another_name_or_owner_meanwhile_is_rated_all_the_same(
    office: Office, priya: Person
) -> None:
    account = office.add("Old Name")
    open_rating(priya, "Old Name")
    answer_page(priya, IDS[:6], "3")
    change(office, account.account_id, name="New Name", name_key="new name", owner=DIEGO)
    assert priya.submit() == {}
    assert "New Name" in shown(priya)
    answer_page(priya, IDS[6:], "3")
    assert priya.submit() == {}
    assert "New Name" in str(window(priya, "Saved")["blocks"])


def publish(office: Office, version: int, *, criteria: int) -> None:
    """A version of the default framework whose last category has that many criteria."""
    definition = load_framework("maor-wittgen").to_dict()
    definition["version"] = version
    definition["categories"][-1]["criteria"] = definition["categories"][-1]["criteria"][:criteria]
    with office.db.write() as session:
        workspace_id = office.actor().workspace_id
        session.add(
            FrameworkRow(workspace_id=workspace_id, name="maor-wittgen", version=version, definition=definition)
        )
        row = session.get_one(Workspace, workspace_id)
        row.version += 1


def test_a_survey_ends_with_the_questions_that_it_began_with(office: Office, priya: Person) -> None:
    account = office.add("Versioned")
    rate(priya, "Versioned", "2")
    priya.close()
    open_rating(priya, "Versioned")
    answer_page(priya, IDS[:6], "3")
    publish(office, 50, criteria=2)
    assert priya.submit() == {}
    answer_page(priya, IDS[6:], "3")
    assert priya.submit() == {}
    assert "CMI 3.0" in str(window(priya, "Saved")["blocks"])
    priya.close()
    open_rating(priya, "Versioned")
    answer_page(priya, IDS[:6], "4")
    assert priya.submit() == {}
    priya.close()
    publish(office, 51, criteria=3)
    open_rating(priya, "Versioned")
    assert "The questions have changed since you began." in shown(priya)
    assert "page 1 of 2" in shown(priya)
    assert priya.submit() == {}
    with office.db.read() as session:
        kept = session.query(Assessment).filter_by(account_id=account.account_id).all()
    assert [json.dumps(sorted(set(each.ratings.values()))) for each in kept] == ["[2]", "[3]"]


def test_a_save_for_which_there_is_never_room_gives_the_page_back(
    office: Office, priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "PATIENCE_SECONDS", 0.2)
    office.add("Patient")
    open_rating(priya, "Patient")
    answer_page(priya, IDS[:6], "4")
    priya.submit()
    answer_page(priya, [each for each in IDS[6:] if f"question:{each}" in shown(priya)], "5")
    priya.fill({"Note": "Do not lose me."})
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with office.db.write():
            held.set()
            release.wait(15)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    assert priya.submit() == {}
    window(priya, "Saving…")
    assert "Do not lose me." in str(window(priya, "Rate an account")["blocks"])
    assert "The database is busy just now" in shown(priya)
    release.set()
    holder.join()
    assert priya.submit() == {}
    window(priya, "Saved")


def test_a_form_of_health_that_came_too_late_opens_with_what_was_typed(office: Office, priya: Person) -> None:
    office.add("Hasty Ltd")
    office.sandbox.faults.set([{"method": "views.open", "kind": "error", "error": "expired_trigger_id", "times": 1}])
    priya.command("/cmi health Hasty 41")
    priya.wait_for(lambda _: "too long for Slack" in answer(priya)["text"])
    priya.click("Enter health", where=answer(priya))
    assert "'initial_value': '41'" in str(window(priya, "Health score")["blocks"])


def test_a_new_account_that_arrives_twice_is_added_once(office: Office, priya: Person) -> None:
    priya.command("/cmi new Twice Ltd")
    window(priya, "New account")
    office.sandbox.faults.set([{"deliver": "duplicate", "type": "interactive", "times": 1}])
    assert priya.submit() == {}
    assert "is added" in str(window(priya, "Added")["blocks"])
