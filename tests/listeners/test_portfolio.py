"""Conversations about the portfolio and about what became of a customer."""

from fractions import Fraction

import pytest

from bot.errors import UserError
from bot.flows import health, rating
from bot.listeners import filters
from bot.views.query import Query
from bot.views.standing import Standing
from bot.views.survey import SurveyMeta, SurveyPage
from cmi_core import load_framework
from sandbox.person import Person
from tests.listeners.conftest import DIEGO, PRIYA, Office
from tests.listeners.talk import command, window

FRAMEWORK = load_framework("maor-wittgen")


def rated(office: Office, name: str, level: int, score: int, user: str = PRIYA) -> Standing:
    """An account with a CMI of this level and a health score."""
    account = office.add(name, user)
    meta = SurveyMeta(
        submission=f"s-{name}", account_id=account.account_id, page=0, framework=FRAMEWORK.id, version=FRAMEWORK.version
    )
    answers: dict[str, int | None] = {criterion.id: level for criterion in FRAMEWORK.criteria}
    rating.submit(office.db, office.now(), office.actor(user), SurveyPage(meta=meta, answers=answers))
    actor = office.actor(user)
    health.record(office.db, office.now(), actor, account.account_id, Fraction(score), submission=f"h-{name}")
    return account


def text(person: Person, title: str = "Portfolio") -> str:
    return str(window(person, title)["blocks"])


def test_the_portfolio_and_its_cuts(office: Office) -> None:
    rated(office, "Vandelay", 5, 90)
    rated(office, "Kruger", 4, 20, DIEGO)
    priya = office.person()
    priya.command("/cmi portfolio")
    assert "*Expand and Leverage*  1 account, 50.0 %" in text(priya)
    priya.choose("portfolio_show", "By owner")
    priya.wait_for(lambda state: f"<@{PRIYA}>" in str(state["views"][-1]["blocks"]))
    assert f"<@{DIEGO}>" not in text(priya)
    priya.choose("portfolio_show", "Over time")
    priya.wait_for(lambda state: "ends of the last quarters" in str(state["views"][-1]["blocks"]))
    priya.choose("portfolio_show", "Outcomes")
    priya.wait_for(lambda state: "Only 0 outcomes so far" in str(state["views"][-1]["blocks"]))
    priya.close()
    priya.command("/cmi portfolio owner=me")
    assert "1 customer, 1 of them on the map" in text(priya)
    priya.close()
    assert "No account says it yet" in command(priya, "/cmi portfolio size=Huge")


def test_the_movers_and_their_lift(office: Office) -> None:
    priya = office.person()
    priya.command("/cmi movers since=2020-01-01")
    assert "0 customers rated again" in text(priya, "Movers")
    priya.choose("movers_show", "Lift by criterion")
    priya.wait_for(lambda state: "Nothing to show here" in str(state["views"][-1]["blocks"]))
    priya.close()


def test_other_answers_other_cuts_and_other_weights_are_tried(office: Office) -> None:
    rated(office, "Duff", 2, 80)
    priya = office.person()
    priya.command("/cmi whatif Duff")
    window(priya, "What if")
    for criterion in FRAMEWORK.criteria:
        priya.choose(f"level:{criterion.id}", "5")
    assert priya.submit() == {}
    priya.wait_for(lambda state: "*Expand and Leverage*" in str(state["views"][-1]["blocks"]))
    priya.fill({"Health": "good"})
    assert priya.submit() != {}
    priya.close()
    assert "CMI 2.0" in command(priya, "/cmi account Duff")
    priya.command("/cmi whatif")
    window(priya, "What if")
    priya.click("Try cuts")
    priya.wait_for(lambda state: "Health cuts" in str(state["views"][-1]["blocks"]))
    priya.fill({"Health cuts": "95"})
    assert priya.submit() == {}
    priya.wait_for(lambda state: "into Let Churn" in str(state["views"][-1]["blocks"]))
    priya.fill({"Health cuts": "950"})
    assert "chs_cuts" in priya.submit()
    priya.close()
    priya.command("/cmi whatif weights")
    priya.wait_for(lambda state: state["views"] and "Charter" in str(state["views"][-1]["blocks"]))
    assert priya.submit() == {}
    priya.wait_for(lambda state: "No account moves" in str(state["views"][-1]["blocks"]))
    priya.close()


def test_a_customer_churns_and_comes_back(office: Office) -> None:
    rated(office, "Moe's", 5, 20)
    priya = office.person()
    priya.command("/cmi account Moe's")
    priya.click("More…")
    window(priya, "More")
    priya.click("Outcome")
    window(priya, "Outcome")
    priya.choose("What happened", "Churned")
    assert priya.submit() == {}
    assert "Moe" in str(window(priya, "Churned?")["blocks"])
    assert priya.submit() == {}
    window(priya, "Saved")
    priya.close()
    assert "Churned on" in command(priya, "/cmi account Moe's")
    assert "has churned" in command(priya, "/cmi health Moe's 80")
    priya.click("More…")
    window(priya, "More")
    priya.click("Reopen")
    window(priya, "Reopen")
    assert priya.submit() == {}
    window(priya, "Reopened")
    priya.close()
    assert "Churned on" not in command(priya, "/cmi account Moe's")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ()),
        ("size=Enterprise", (("size", "Enterprise"),)),
        ('industry = "Public sector" stage=Mature', (("industry", "Public sector"), ("stage", "Mature"))),
        ("use-case=“Risk &amp; more”", (("use_case", "Risk & more"),)),
        ("owner=me owner=<@U01DIEGO00|diego>", (("owner", "U1"), ("owner", "U01DIEGO00"))),
    ],
)
def test_filters_are_read_forgivingly(typed: str, found: tuple[tuple[str, str], ...]) -> None:
    assert filters.parse(typed, "U1") == Query(filters=found)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("colour=red", "can't be filtered by"),
        ("Enterprise", "Please write filters as size=Enterprise"),
        ("owner=diego", "by mention"),
        ("since=yesterday", "since=2026-06-30"),
        ("size=" + "x" * 2000, "fewer filters"),
    ],
)
def test_what_cannot_be_read_is_said(typed: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        filters.parse(typed, "U1")
