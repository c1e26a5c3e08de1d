"""Rating an account, as a person does it."""

import threading
import time

from bot.flows import accounts
from cmi_core import load_framework
from sandbox.person import Person
from tests.listeners.conftest import DIEGO, Office
from tests.listeners.talk import answer, answer_page, command, window
from tests.stopwatch import Stopwatch

IDS = [criterion.id for criterion in load_framework("maor-wittgen").criteria]


def open_rating(person: Person, name: str) -> None:
    person.command(f"/cmi score {name}")
    window(person, "Rate an account")


def test_an_account_is_rated_and_given_its_place(office: Office) -> None:
    office.add("Acme")
    priya = office.person()
    assert "health 41" in command(priya, "/cmi health Acme 41")
    open_rating(priya, "acme")
    answer_page(priya, IDS[:6])
    assert priya.submit() == {}
    answer_page(priya, IDS[6:])
    priya.fill({"Note": "New head since June."})
    assert priya.submit() == {}
    assert "CMI 2.0 · health 41 · Let Churn" in str(window(priya, "Saved")["blocks"])
    priya.click("Open account")
    assert "New head since June." in str(window(priya, "Account")["blocks"])
    priya.close()


def test_what_slack_can_not_check_is_an_error_under_its_question(office: Office) -> None:
    office.add("Beta")
    priya = office.person()
    open_rating(priya, "Beta")
    answer_page(priya, IDS[:6])
    priya.submit()
    answer_page(priya, IDS[6:])
    priya.fill({"Health score, 0 to 100": "140"})
    assert priya.submit() == {"survey_health": "140 is off the scale: please enter a number from 0 to 100."}
    priya.close()


def test_back_keeps_the_answers_of_both_pages(office: Office) -> None:
    office.add("Gamma")
    priya = office.person()
    open_rating(priya, "Gamma")
    answer_page(priya, IDS[:6], "4")
    priya.submit()
    answer_page(priya, IDS[6:8], "5")
    priya.click("Back")
    priya.wait_for(lambda state: "page 1 of 2" in str(state["views"][-1]["blocks"]))
    assert priya.submit() == {}
    answer_page(priya, IDS[8:], "3")
    assert priya.submit() == {}
    # Charter and People 4, Process (5 + 5 + 3) / 3, Technology 3
    assert "CMI 4.0" in str(window(priya, "Saved")["blocks"])
    priya.close()


def test_a_closed_window_is_taken_up_again_where_answers_were_kept(office: Office) -> None:
    office.add("Delta")
    priya = office.person()
    open_rating(priya, "Delta")
    answer_page(priya, IDS[:6], "4")
    priya.submit()
    priya.close()
    open_rating(priya, "Delta")
    assert "page 2 of 2" in str(priya.modal)
    assert "What you entered before is still here." in str(priya.modal)
    assert "Charter 4.0 · People 4.0 · *so far 4.0*" in str(priya.modal)
    priya.close()


def test_without_a_name_one_chooses_and_the_form_takes_the_windows_place(office: Office) -> None:
    office.add("Epsilon", DIEGO)
    diego = office.person(DIEGO)
    diego.command("/cmi score")
    window(diego, "Choose an account")
    (found,) = diego.options("Account", "psilo")
    diego.choose("Account", {"value": found["value"], "text": found["text"]["text"]})
    assert diego.submit() == {}
    assert "Epsilon" in str(window(diego, "Rate an account")["blocks"])
    diego.close()


def test_the_shortcut_offers_ones_own_accounts_with_a_button(office: Office) -> None:
    office.add("Zeta", DIEGO)
    diego = office.person(DIEGO)
    diego.shortcut("rate_account")
    window(diego, "Choose an account")
    diego.click("Rate")
    window(diego, "Rate an account")
    diego.close()


def test_an_unknown_name_is_answered_with_near_ones_and_a_way_to_add_it(office: Office) -> None:
    office.add("Umbrella Corporation")
    priya = office.person()
    assert "There is no account “Umbrela Corporatoin”. Did you mean one of these?" in command(
        priya, "/cmi score Umbrela Corporatoin"
    )
    priya.click("Rate", where=answer(priya))
    assert "Umbrella Corporation" in str(window(priya, "Rate an account")["blocks"])
    priya.close()
    command(priya, "/cmi score Hooli")
    priya.click("Add it", where=answer(priya))
    assert "Hooli" in str(window(priya, "New account")["blocks"])
    priya.close()


def test_when_slack_says_too_late_a_button_opens_the_window_after_all(office: Office) -> None:
    office.add("Eta")
    priya = office.person()
    office.sandbox.faults.set(
        [{"method": "views.open", "kind": "error", "error": "expired_trigger_id", "times": 1}],
    )
    priya.command("/cmi score Eta")
    priya.wait_for(lambda _: "That took too long for Slack" in answer(priya)["text"])
    priya.click("Rate", where=answer(priya))
    window(priya, "Rate an account")
    priya.close()


def test_a_busy_slack_is_waited_for_no_longer_than_a_window_can_open(office: Office) -> None:
    office.add("Iota")
    priya = office.person()
    refused = {"method": "views.open", "kind": "rate_limited", "times": 1}
    office.sandbox.faults.set([{**refused, "retry_after": 1}])
    open_rating(priya, "Iota")
    priya.close()
    office.sandbox.faults.set([{**refused, "retry_after": 30}])
    priya.command("/cmi score Iota")
    priya.wait_for(lambda _: "too long for Slack" in answer(priya)["text"] and "Rate Iota" in str(answer(priya)))


def test_a_home_that_slack_refuses_does_not_disturb_what_was_saved(office: Office) -> None:
    office.add("Kappa")
    priya = office.person()
    office.sandbox.faults.set([{"method": "views.publish", "kind": "error", "times": 1}])
    begun = office.sandbox.calls.since(0)
    assert "health 41" in command(priya, "/cmi health Kappa 41")
    priya.wait_for(lambda _: any(call["method"] == "views.publish" for call in office.sandbox.calls.since(len(begun))))
    time.sleep(0.3)
    assert "health 41" in answer(priya)["text"]


def test_a_save_that_must_wait_says_so_and_lands_afterwards(office: Office) -> None:
    theta = office.add("Theta")
    priya = office.person()
    open_rating(priya, "Theta")
    answer_page(priya, IDS[:6], "4")
    priya.submit()
    answer_page(priya, IDS[6:], "4")
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with office.db.write():
            held.set()
            release.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    with Stopwatch() as watch:
        assert priya.submit() == {}
        assert watch.seconds < 3
    assert "Saving *Theta*…" in str(window(priya, "Saving…")["blocks"])
    release.set()
    holder.join()
    assert "CMI 4.0" in str(window(priya, "Saved")["blocks"])
    assert accounts.card(office.db, office.now(), office.actor(), theta.account_id).standing.cmi == 4
    priya.close()
