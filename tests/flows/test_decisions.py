"""Let Churn is a question: somebody named decides, with a reason, and is reminded to look again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from slack_sdk import WebClient

from bot.delivery.kinds import render
from bot.errors import NotFound
from bot.flows import accounts, decisions
from bot.store.database import Database
from bot.store.tables import Audit
from bot.views.alert import Alert
from bot.views.amounts import Figures
from bot.views.decision_form import Decision, DecisionEntry, What
from cmi_core import MapSettings
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

REVIEW = date(2026, 9, 14)  # a Monday
MORNING = datetime(2026, 9, 14, 9, 30, tzinfo=UTC)


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS", fallback_channel="C02LAST")
    return office


@pytest.fixture
def client() -> WebClient:
    """Never asked: the people in these tests were read just now."""
    return WebClient(token="unused", base_url="http://127.0.0.1:9/")


def in_let_churn(office: Office) -> int:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    return account


def entry(office: Office, what: What = "contest", **more: object) -> DecisionEntry:
    (episode,) = office.episodes()
    values = {"decider": DIEGO, "reason": "A new head starts soon.", "review_on": REVIEW, **more}
    return DecisionEntry.model_validate({"episode_id": episode.id, "what": what, **values})


def decide(office: Office, **more: object) -> None:
    decisions.decide(office.db, office.now, office.actor(), entry(office, **more))  # type: ignore[arg-type]  # test values


def remind(office: Office, client: WebClient, at: datetime) -> int:
    office.now = at
    for user in (PRIYA, DIEGO, MARTA):
        office.person(user)
    return decisions.tick(office.db, at, client)


def test_a_decision_names_who_decides_why_and_when_to_look_again(office: Office) -> None:
    account = in_let_churn(office)
    form = decisions.open_form(office.db, office.now, office.actor(), office.episodes()[0].id)
    assert (form.name, form.decider, form.what) == ("Acme", PRIYA, None)
    decide(office)
    expected = Decision(
        what="contest", decider=DIEGO, reason="A new head starts soon.", review_on=REVIEW, by=PRIYA, on=office.now
    )
    (row,) = office.messages("alert")
    assert Alert.model_validate(row.data).decision == expected
    shown = accounts.card(office.db, office.now, office.actor(), account).episode
    assert shown is not None
    assert shown.decision == expected
    noted = office.rows(Audit)[-1]
    assert (noted.action, noted.actor, noted.reason) == ("decide", PRIYA, "A new head starts soon.")
    again = decisions.open_form(office.db, office.now, office.actor(), office.episodes()[0].id)
    assert (again.what, again.decider, again.reason) == ("contest", DIEGO, "A new head starts soon.")


def test_needing_figures_stores_those_that_were_typed(office: Office) -> None:
    account = in_let_churn(office)
    figures = Figures(lifetime_value=Decimal("125000.50"), gross_margin=Fraction(125, 2))
    decide(office, what="figures", figures=figures)
    assert (office.get(account).lifetime_value, office.get(account).gross_margin) == (
        Decimal("125000.50"),
        Fraction(125, 2),
    )
    actions = [row.action for row in office.rows(Audit)]
    assert actions[-2:] == ["figures", "decide"]
    assert decisions.read_figures(office.db, office.now, office.actor(), account) == ("Acme", figures)


def test_after_the_account_left_there_is_nothing_to_decide(office: Office) -> None:
    account = in_let_churn(office)
    late = entry(office)
    office.later(hours=1).type_health(account, 90)
    with pytest.raises(NotFound, match="nothing to decide"):
        decisions.open_form(office.db, office.now, office.actor(), late.episode_id)
    with pytest.raises(NotFound, match="nothing to decide"):
        decisions.decide(office.db, office.now, office.actor(), late)
    assert office.episodes()[0].decision is None


def test_an_alert_of_another_cell_asks_for_no_decision(office: Office) -> None:
    account = office.account()
    office.type_health(account, 30)
    office.rate(account, 4)
    assert office.get(account).cell == "save"
    with pytest.raises(NotFound):
        decisions.open_form(office.db, office.now, office.actor(), office.episodes()[0].id)


def test_a_decision_is_kept_within_its_workspace(office: Office) -> None:
    in_let_churn(office)
    with pytest.raises(NotFound):
        decisions.decide(office.db, office.now, Office(office.db).actor(), entry(office))


def test_the_decider_is_reminded_once_on_the_review_date_in_working_hours(office: Office, client: WebClient) -> None:
    in_let_churn(office)
    decide(office)
    assert remind(office, client, MORNING - timedelta(days=3)) == 0
    assert remind(office, client, MORNING.replace(hour=6)) == 0
    assert remind(office, client, MORNING) == 1
    (row,) = office.messages("review")
    assert row.recipient == DIEGO
    text = render("review", row.data).text
    assert "Time to look again at Acme: it has been in Let Churn since 12 Aug 2026." in text
    assert remind(office, client, MORNING + timedelta(hours=1)) == 0
    assert remind(office, client, MORNING + timedelta(days=7)) == 0
    assert office.episodes()[0].review_on is None


def test_a_new_decision_brings_a_new_reminder(office: Office, client: WebClient) -> None:
    in_let_churn(office)
    decide(office)
    remind(office, client, MORNING)
    decide(office, what="accept", review_on=REVIEW + timedelta(days=2))
    assert remind(office, client, MORNING + timedelta(days=1)) == 0
    assert remind(office, client, MORNING + timedelta(days=2)) == 1


def test_nobody_gets_a_second_unasked_message_on_one_day(office: Office, client: WebClient) -> None:
    in_let_churn(office)
    decide(office)
    office.person(DIEGO, last_messaged_on=REVIEW)
    assert remind(office, client, MORNING) == 0
    assert remind(office, client, MORNING + timedelta(days=1)) == 1


@pytest.mark.parametrize(("gone", "to"), [((DIEGO,), PRIYA), ((DIEGO, PRIYA), "C02LAST")])
def test_when_the_decider_is_gone_the_owner_hears_else_the_last_resort(
    office: Office, client: WebClient, gone: tuple[str, ...], to: str
) -> None:
    in_let_churn(office)
    decide(office)
    for user in gone:
        office.person(user, state="deactivated")
    assert remind(office, client, MORNING) == 1
    assert office.messages("review")[0].recipient == to


def test_an_account_that_left_the_cell_is_not_looked_at_again(office: Office, client: WebClient) -> None:
    account = in_let_churn(office)
    decide(office)
    office.later(days=1).type_health(account, 90)
    assert remind(office, client, MORNING) == 0
    assert office.messages("review") == []


def test_an_open_cell_is_judged_by_the_figures_and_the_thresholds(office: Office) -> None:
    office.choose(map=MapSettings(kind="nine", ltv_threshold=100_000, gm_threshold=60))
    account = office.account()
    office.type_health(account, 60)
    office.rate(account, 2)
    assert office.get(account).cell == "decide_low_maturity"

    def verdict() -> tuple[str, tuple[str, ...]]:
        found = accounts.card(office.db, office.now, office.actor(), account).verdict
        assert found is not None
        return found.advice, found.missing

    assert verdict() == ("Decide", ("lifetime value", "gross margin"))
    for margin, advice in ((60, "Invest"), (59, "Economise")):
        figures = Figures(lifetime_value=Decimal(100_000), gross_margin=Fraction(margin))
        decisions.write_figures(office.db, office.now, office.actor(), account, figures)
        assert verdict() == (advice, ())
    office.choose(map=MapSettings(kind="nine"))
    assert verdict() == ("Decide", ("threshold for lifetime value", "threshold for gross margin"))
