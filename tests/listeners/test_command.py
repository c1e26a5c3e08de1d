"""/cmi, read forgivingly: every word leads somewhere, and a slip of the pen costs one click."""

import pytest

from bot.flows import accounts
from bot.store.tables import Workspace
from bot.views import help as help_text
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, DIEGO, PRIYA, Office
from tests.listeners.talk import answer, command, window


def close(person: Person) -> None:
    while person.modal:
        person.close()


def test_an_accounts_name_alone_shows_its_card(office: Office) -> None:
    office.add("Initech")
    priya = office.person()
    assert "Initech" in command(priya, "/cmi Initech")
    assert "Rate Initech" in str(answer(priya))
    assert "Initech" in command(priya, '/cmi "initech"')


@pytest.mark.parametrize("typed", ["scroe Vandelay", "SCORRE vandelay", '"scroe" Vandelay', "raet Vandelay"])
def test_a_typo_is_answered_with_a_button_that_runs_what_was_meant(office: Office, typed: str) -> None:
    if not accounts.search(office.db, office.now(), office.actor(), "Vandelay"):
        office.add("Vandelay")
    priya = office.person()
    assert "Did you mean /cmi score" in command(priya, f"/cmi {typed}")
    priya.click("Yes, run it", where=answer(priya))
    assert "Vandelay" in str(window(priya, "Rate an account")["blocks"])
    close(priya)


def test_a_button_tells_privately_what_a_command_would_have_answered(office: Office) -> None:
    priya = office.person()
    command(priya, "/cmi halth Soylent 41")
    office.add("Soylent")
    priya.click("Yes, run it", where=answer(priya))
    priya.wait_for(lambda _: "health 41" in answer(priya)["text"])


@pytest.mark.parametrize(
    ("typed", "title"),
    [("what if", "What if"), ("what-if", "What if"), ("RATE", "Choose an account"), ("/cmi map", "Portfolio")],
)
def test_other_words_for_the_same_thing_do_too(office: Office, typed: str, title: str) -> None:
    priya = office.person()
    priya.command(f"/cmi {typed}")
    window(priya, title)
    close(priya)


@pytest.mark.parametrize("name", sorted(set(help_text.SUBCOMMANDS) - {"help"}))
def test_every_subcommand_says_how_it_is_used(office: Office, name: str) -> None:
    priya = office.person()
    for typed in (f"{name} help", f"{name} ?", f"help {name}"):
        assert f"/cmi {help_text.SUBCOMMANDS[name][0]}" in command(priya, f"/cmi {typed}")


def test_help_begins_with_what_this_person_needs(office: Office) -> None:
    office.add("Stark", DIEGO)
    with office.db.write() as session:
        row = session.get_one(Workspace, office.actor().workspace_id)
        row.settings = {**row.settings, "admins": [ADMIN]}
    diego = office.person(DIEGO)
    command(diego, "/cmi help")
    assert "Rate an account" in str(answer(diego)["blocks"][1:3])
    diego.click("See what is due", where=answer(diego))
    diego.wait_for(lambda _: "due for a rating" in answer(diego)["text"])
    admin = office.person(ADMIN)
    assert command(admin, "/cmi").startswith("Most likely you want to\nFinish setting up")


def test_a_word_that_means_nothing_offers_help_and_a_new_account(office: Office) -> None:
    priya = office.person()
    assert "isn't a command or the name of an account" in command(priya, "/cmi Zzyzx")
    priya.click("Add it", where=answer(priya))
    assert "Zzyzx" in str(window(priya, "New account")["blocks"])
    close(priya)
    priya.click("Help", where=answer(priya))
    window(priya, "Help")
    close(priya)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("portfolio siez=Enterprise", "Did you mean size=…?"),
        ("portfolio colour=red", "There is: stage, size"),
        ("movers Enterprise", "size=Enterprise"),
        ("movers since=soon", "since=2026-06-30"),
    ],
)
def test_filters_that_can_not_be_read_say_how_to_write_them(office: Office, typed: str, said: str) -> None:
    assert said in command(office.person(), f"/cmi {typed}")


@pytest.mark.parametrize("typed", ["portfolio mine", "portfolio owner=me", f"portfolio <@{PRIYA}>"])
def test_an_owner_is_a_filter_by_itself(office: Office, typed: str) -> None:
    priya = office.person()
    priya.command(f"/cmi {typed}")
    assert "owner: " in str(window(priya, "Portfolio")["blocks"])
    close(priya)
