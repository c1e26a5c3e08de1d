"""Why, history, and the other ways to rate, as people do it."""

import pytest

from bot.flows import accounts, rating
from bot.views.survey import SurveyMeta, SurveyPage
from cmi_core import load_framework
from sandbox.person import Person
from tests.listeners.conftest import DIEGO, PRIYA, Office
from tests.listeners.talk import answer_page, command, window

MAOR = load_framework("maor-wittgen")
IDS = [criterion.id for criterion in MAOR.criteria]


def rated(office: Office, name: str, level: int = 2, user: str = PRIYA) -> int:
    """An account of Priya's with a rating by somebody."""
    account = office.add(name).account_id
    meta = SurveyMeta(submission=f"{name}-1", account_id=account, page=1, framework=MAOR.id, version=MAOR.version)
    page = SurveyPage(meta=meta, answers=dict.fromkeys(IDS, level))
    rating.submit(office.db, office.now(), office.actor(user), page)
    return account


def seen(person: Person, title: str) -> str:
    return str(window(person, title)["blocks"])


def from_card(person: Person, name: str, button: str) -> None:
    """Press a button of the window behind the card's "More…"."""
    person.command(f"/cmi account {name}")
    person.click("More…")
    window(person, "More")
    person.click(button)


@pytest.mark.parametrize("typed", ["/cmi explain Why Ltd", "/cmi account Why Ltd"])
def test_an_account_is_explained_from_the_command_and_the_card(office: Office, typed: str) -> None:
    if not accounts.find(office.db, office.now(), office.actor(), "Why Ltd").exact:
        rated(office, "Why Ltd")
    priya = office.person()
    priya.command(typed)
    if "account" in typed:
        priya.click("Why?")
    assert "*Sum: 2.00, shown as CMI 2.0*" in seen(priya, "Why it stands there")
    priya.click("History")
    assert "Rating: CMI 2.0" in seen(priya, "History")
    priya.close(everything=True)


@pytest.mark.parametrize(("typed", "title"), [("explain", "Why it stands there"), ("history", "History")])
def test_without_a_name_one_chooses_the_account(office: Office, typed: str, title: str) -> None:
    if not accounts.find(office.db, office.now(), office.actor(), "Chosen").exact:
        rated(office, "Chosen")
    priya = office.person()
    priya.command(f"/cmi {typed}")
    window(priya, "Choose an account")
    (found,) = priya.options("Account", "hosen")
    priya.choose("Account", {"value": found["value"], "text": found["text"]["text"]})
    assert priya.submit() == {}
    assert "Chosen" in seen(priya, title)
    priya.close(everything=True)
    assert "There is no account “Chosne”" in command(priya, f"/cmi {typed} Chosne")


def test_history_turns_its_pages(office: Office) -> None:
    account = rated(office, "Long story")
    priya = office.person()
    for value in range(40, 60):
        assert "Long story" in command(priya, f"/cmi health Long story {value}")
    priya.command("/cmi history Long story")
    assert "Health 59" in seen(priya, "History")
    priya.click("Older")
    priya.wait_for(lambda state: "page 2" in str(state["views"][-1]["blocks"]))
    assert "Rating: CMI 2.0" in seen(priya, "History")
    priya.click("Newer")
    priya.wait_for(lambda state: "page 1" in str(state["views"][-1]["blocks"]))
    priya.close(everything=True)
    assert accounts.card(office.db, office.now(), office.actor(), account).standing.chs == 59


def test_nothing_changed_is_one_click_and_then_the_questions_come_back(office: Office) -> None:
    rated(office, "Same again")
    priya = office.person()
    priya.command("/cmi score Same again")
    assert "Nothing changed since" in seen(priya, "Rate an account")
    priya.click("Nothing changed")
    assert "CMI 2.0" in seen(priya, "Saved")
    priya.close(everything=True)
    priya.command("/cmi score Same again")
    assert "Nothing changed since" not in seen(priya, "Rate an account")
    priya.close(everything=True)


def test_a_correction_needs_a_reason_and_counts(office: Office) -> None:
    account = rated(office, "Mistaken")
    priya = office.person()
    from_card(priya, "Mistaken", "Correct")
    window(priya, "Correct a rating")
    answer_page(priya, IDS[:1], "5")
    assert priya.submit() == {}
    priya.fill({"Reason": "  "})
    assert priya.submit() == {"survey_note": "Please say why, so that others understand the change."}
    priya.fill({"Reason": "Looked at the wrong customer."})
    assert priya.submit() == {}
    assert "CMI 2.4 (was 2.0)" in seen(priya, "Saved")
    priya.close(everything=True)
    assert accounts.card(office.db, office.now(), office.actor(), account).last_note == "Looked at the wrong customer."


def test_who_did_not_rate_it_is_told_kindly(office: Office) -> None:
    rated(office, "Not mine", user=DIEGO)
    priya = office.person()
    from_card(priya, "Not mine", "Correct")
    priya.wait_for(lambda state: "who alone can correct it" in str(state["views"]))
    priya.close(everything=True)


@pytest.mark.parametrize(
    ("button", "title", "head"),
    [("Second rating", "Second rating", "U01DIEGO00"), ("Enter theirs", "Customer's rating", "the customer")],
)
def test_a_second_rating_is_given_unseen_and_compared(office: Office, button: str, title: str, head: str) -> None:
    account = rated(office, f"Twice {button}")
    diego = office.person(DIEGO)
    from_card(diego, f"Twice {button}", button)
    window(diego, title)
    assert "Last time" not in str(diego.modal)
    answer_page(diego, IDS[:6], "2")
    assert diego.submit() == {}
    answer_page(diego, IDS[6:], "4")
    assert diego.submit() == {}
    text = seen(diego, "Saved")
    assert "They agree exactly on 50 %" in text
    assert "Quality of Processes: 2 and 4" in text
    assert head in text
    diego.close(everything=True)
    assert accounts.card(office.db, office.now(), office.actor(), account).standing.cmi == 2
    diego.command(f"/cmi explain Twice {button}")
    window(diego, "Why it stands there")
    diego.click("Compare")
    assert "They agree exactly on 50 %" in seen(diego, "Two ratings")
    diego.close(everything=True)


def test_a_health_score_of_long_ago_is_kept_as_history(office: Office) -> None:
    office.add("Archive")
    priya = office.person()
    priya.command("/cmi health Archive")
    window(priya, "Health score")
    priya.fill({"Health score, 0 to 100": "41", "As of": "2020-01-31"})
    assert priya.submit() == {}
    assert "kept as history: it is older than 90 days" in seen(priya, "Saved")
    priya.close(everything=True)
    priya.command("/cmi health Archive")
    window(priya, "Health score")
    priya.fill({"Health score, 0 to 100": "41", "As of": "2999-01-31"})
    assert priya.submit() == {"health_on": "This day is still to come. Please choose today or an earlier one."}
    priya.close(everything=True)
