"""Help, the Home, settings, alerts, and what happens when things go wrong."""

import json
import logging
import re
from fractions import Fraction
from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import select

from bot.errors import Busy, NotFound
from bot.flows import accounts, rating, settings
from bot.listeners.call import Call
from bot.store.tables import Episode
from bot.views.settings_form import SettingsForm
from bot.views.survey import SurveyMeta, SurveyPage
from cmi_core import load_framework
from tests.listeners.conftest import ADMIN, DIEGO, Office
from tests.listeners.talk import answer, answer_page, command, window

IDS = [criterion.id for criterion in load_framework("maor-wittgen").criteria]


@pytest.mark.parametrize("text", ["/cmi", "/cmi help", "/cmi HELP me"])
def test_help_lists_the_subcommands(office: Office, text: str) -> None:
    assert "/cmi score Acme" in command(office.person(), text)


def test_unknown_words_get_help_and_a_suggestion(office: Office) -> None:
    assert "Did you mean /cmi score Acme?" in command(office.person(), "/cmi scroe Acme")


def test_the_home_shows_ones_accounts_and_follows_changes(office: Office) -> None:
    diego = office.person(DIEGO)
    assert "Your accounts" in str(diego.home()["blocks"])
    office.add("Pied Piper", DIEGO)
    command(diego, "/cmi health Pied Piper 77")
    diego.wait_for(lambda state: "health 77" in str(state["home"]["blocks"]))
    diego.click("Help")
    assert "/cmi score Acme" in str(window(diego, "Help")["blocks"])
    diego.close()


def test_settings_check_the_channels_before_they_are_saved(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Channels and admins")
    window(ada, "Channels and admins")
    ada.fill({"Channel for alerts": "C01RANDOM0"})
    assert "/invite @CMI Bot" in ada.submit()["alert_channel"]
    office.sandbox.faults.set([{"method": "conversations.info", "kind": "http_500", "times": 1}])
    assert "try again in a minute" in ada.submit()["alert_channel"]
    (tokyo,) = ada.options("Time zone", "tokyo")
    ada.choose("Time zone", {"value": tokyo["value"], "text": tokyo["text"]["text"]})
    ada.fill({"Channel for alerts": "C01CSALERT"})
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()
    assert "Only admins of CMI Bot may change the settings" in command(office.person(), "/cmi settings")
    assert f"<@{ADMIN}>" in answer(office.person())["text"]


def test_a_slow_slack_answers_the_settings_afterwards(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Channels and admins")
    window(ada, "Channels and admins")
    office.sandbox.faults.set([{"method": "conversations.info", "kind": "delay", "seconds": 2.5, "times": 1}])
    ada.fill({"Channel of last resort": "C01RANDOM0"})
    assert ada.submit() == {}
    ada.wait_for(lambda state: "Not saved yet" in str(state["views"][-1]["blocks"]))
    ada.close()


def test_a_fault_of_the_bots_own_is_told_with_the_reference_that_is_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(accounts, "due", broken)
    text = command(office.person(), "/cmi due")
    reference = re.search(r"reference: (\w{8})", text)
    assert reference is not None
    assert "secret detail" not in text
    assert reference[1] in caplog.text
    assert "RuntimeError: secret detail" in caplog.text


def test_a_fault_while_saving_leaves_the_form_as_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(accounts, "create", broken)
    priya = office.person()
    priya.command("/cmi new Wonka")
    window(priya, "New account")
    (text,) = priya.submit().values()
    assert "Something went wrong" in text
    assert priya.modal is not None
    priya.close()


def test_a_fault_after_the_answer_reaches_the_person_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    office.add("Stark")
    monkeypatch.setattr(Call, "_show", broken)
    priya = office.person()
    priya.command("/cmi score Stark")
    priya.wait_for(lambda _: "Something went wrong" in answer(priya)["text"])


def request(office: Office, action: dict[str, Any], **more: Any) -> BoltRequest:
    body: dict[str, Any] = {
        "type": "block_actions",
        "api_app_id": "A1",
        "token": "",
        "team": {"id": office.team},
        "user": {"id": DIEGO, "team_id": office.team},
        "actions": [{"type": "button", "block_id": "b", **action}],
        **more,
    }
    return BoltRequest(mode="socket_mode", body=body)


def dm(office: Office) -> str:
    return str(office.person(DIEGO).dm()[-1:])


def test_a_button_of_an_earlier_version_is_answered_kindly(office: Office) -> None:
    assert office.app.dispatch(request(office, {"action_id": "retired"})).status == 200
    office.person(DIEGO).wait_for(lambda _: "no longer in use" in dm(office))


def test_a_window_of_an_earlier_version_says_so_and_keeps_what_was_typed(office: Office) -> None:
    form = {"type": "input", "block_id": "first"}
    view = {"id": "V1", "type": "modal", "callback_id": "retired", "blocks": [form], "state": {"values": {}}}
    answered = office.app.dispatch(request(office, {}, type="view_submission", view=view))
    assert json.loads(answered.body)["errors"]["first"].startswith("This window is too old")


@pytest.mark.parametrize("value", ["", "x", "999999"])
def test_a_button_with_a_bad_value_is_answered_kindly(office: Office, value: str) -> None:
    assert office.app.dispatch(request(office, {"action_id": "open_account", "value": value})).status == 200
    office.person(DIEGO).wait_for(lambda _: "account" in dm(office))


def test_people_of_another_organisation_are_refused(office: Office) -> None:
    stranger = {"id": DIEGO, "team_id": "T0OTHER"}
    asked = request(office, {"action_id": "open_account", "value": "1"}, user=stranger)
    assert office.app.dispatch(asked).status == 200
    office.person(DIEGO).wait_for(lambda _: "only for members of the workspace" in dm(office))


def test_events_that_nobody_waits_for_are_taken_quietly(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    body = {"type": "event_callback", "team_id": office.team, "event": {"type": "team_join", "user": {"id": DIEGO}}}
    assert office.app.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200
    assert "No listener for a request of type event_callback" in caplog.text


def test_an_alert_is_taken_on_once(office: Office) -> None:
    account = office.add("Cyberdyne")
    settings.write(
        office.db, office.now(), office.actor(ADMIN), SettingsForm(alert_channel="C01CSALERT", admins=(ADMIN,))
    )
    answers = dict.fromkeys(IDS, 2)
    meta = SurveyMeta(submission="s", account_id=account.account_id, page=1, framework="maor-wittgen", version=1)
    page = SurveyPage(meta=meta, answers=answers, health=Fraction(20))
    rating.submit(office.db, office.now(), office.actor(), page)
    with office.db.read() as session:
        episode = session.scalars(select(Episode).where(Episode.account_id == account.account_id)).one()
    claim = {"action_id": "claim_episode", "value": str(episode.id)}
    assert office.app.dispatch(request(office, claim, user={"id": ADMIN, "team_id": office.team})).status == 200
    shown = accounts.card(office.db, office.now(), office.actor(), account.account_id)
    assert shown.episode is not None
    assert shown.episode.claimed_by == ADMIN
    office.app.dispatch(request(office, claim))
    office.person(DIEGO).wait_for(lambda _: f"<@{ADMIN}> is on it already" in dm(office))


def test_what_goes_wrong_at_a_button_is_said_in_a_window(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise NotFound("This account isn't there any more.")

    office.add("Monsters", DIEGO)
    monkeypatch.setattr(rating, "open_survey", gone)
    diego = office.person(DIEGO)
    begun = len(office.sandbox.calls.since(0))
    diego.home()
    diego.wait_for(lambda _: "views.publish" in [call["method"] for call in office.sandbox.calls.since(begun)])
    diego.click("Rate", where=diego.state()["home"])
    assert "isn't there any more" in str(window(diego, "CMI Bot")["blocks"])
    diego.close()
    diego.shortcut("rate_account")
    window(diego, "Choose an account")
    diego.click("Rate")
    assert "isn't there any more" in str(window(diego, "CMI Bot")["blocks"])
    assert [view["title"]["text"] for view in diego.state()["views"]] == ["Choose an account", "CMI Bot"]
    diego.close(everything=True)


def test_a_save_that_fails_after_waiting_says_so_in_its_window(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, patience: float = 0) -> None:
        raise Busy("The database is busy just now.") if not patience else RuntimeError

    office.add("Tyrell", DIEGO)
    monkeypatch.setattr(rating, "submit", busy)
    diego = office.person(DIEGO)
    diego.command("/cmi score Tyrell")
    window(diego, "Rate an account")
    for page in (IDS[:6], IDS[6:]):
        answer_page(diego, page)
        assert diego.submit() == {}
    assert "Something went wrong" in str(window(diego, "CMI Bot")["blocks"])
    diego.close()
