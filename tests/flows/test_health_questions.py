"""Health from a health framework's questions, answered in the survey's windows like the CMI's."""

from fractions import Fraction

import pytest

from bot.errors import UserError
from bot.flows import health, rating, sources
from bot.store.database import Database
from bot.store.tables import Draft, HealthReading
from bot.views.survey import SurveyForm, SurveyMeta, SurveyPage
from tests.flows.office import PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def opened(office: Office, account: int) -> SurveyForm:
    return rating.open_survey(office.db, office.now, office.actor(), account, "health")


def answered(form: SurveyForm, *levels: int | None) -> SurveyPage:
    meta = SurveyMeta(
        submission=form.submission,
        account_id=form.account_id,
        page=0,
        framework=form.framework.id,
        version=form.framework.version,
        mode="health",
    )
    ids = [criterion.id for criterion in form.framework.criteria]
    return SurveyPage(meta=meta, answers=dict(zip(ids, levels, strict=True)), note="Met them in May")


def test_a_health_framework_is_rated_like_the_cmi_and_rescaled(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    form = opened(office, account)
    assert form.framework.id == "health-six"
    result = health.rate(office.db, office.now, office.actor(), answered(form, 1, 2, 3, 4, 5, 3))
    assert result.standing.chs == 50  # a mean of 3 on 1 to 5
    assert (result.standing.chs_source, result.standing.cell) == ("questions", "expand_and_leverage")
    [reading] = office.rows(HealthReading)
    assert (reading.value, reading.by, reading.note) == (Fraction(50), PRIYA, "Met them in May")
    assert reading.components["framework"] == "health-six"
    assert reading.components["ratings"]["adoption"] == 1
    assert office.get(account).cmi == 4  # the CMI is the customer's alone


def test_unknown_answers_lower_the_coverage_of_health_too(office: Office) -> None:
    account = office.account()
    form = opened(office, account)
    with pytest.raises(UserError, match="it needs 75 % of the questions answered"):
        health.rate(office.db, office.now, office.actor(), answered(form, 1, 2, 3, 4, None, None))
    health.rate(office.db, office.now, office.actor(), answered(form, 1, 2, 3, 4, 5, None))
    assert office.get(account).chs == 50


def test_the_same_answers_twice_are_once(office: Office) -> None:
    form = opened(office, office.account())
    first = health.rate(office.db, office.now, office.actor(), answered(form, 3, 3, 3, 3, 3, 3))
    again = health.rate(office.db, office.now, office.actor(), answered(form, 5, 5, 5, 5, 5, 5))
    assert (first.duplicate, again.duplicate) == (False, True)
    assert len(office.rows(HealthReading)) == 1
    assert office.rows(Draft) == []


def test_last_times_answers_stand_beside_the_questions(office: Office) -> None:
    account = office.account()
    form = opened(office, account)
    assert (form.last.ratings, form.last.on) == ({}, None)
    health.rate(office.db, office.now, office.actor(), answered(form, 1, 2, 3, 4, 5, 3))
    office.later(days=1).type_health(account, 80)
    assert opened(office, account).last.ratings["program_expansion"] == 2


def test_which_questions_are_asked_is_a_setting(office: Office) -> None:
    form = sources.read(office.db, office.actor())
    assert set(form.frameworks) == {"health-six", "gainsight-2016"}
    sources.write(office.db, office.now, office.actor(), form.model_copy(update={"framework": "gainsight-2016"}))
    assert len(opened(office, office.account()).framework.criteria) == 10
    with pytest.raises(UserError):
        sources.write(office.db, office.now, office.actor(), form.model_copy(update={"framework": "maor-wittgen"}))


def test_answers_do_not_count_where_another_source_does(office: Office) -> None:
    account = office.account()
    office.choose(counting_source="typed")
    office.type_health(account, 20)
    result = health.rate(office.db, office.now, office.actor(), answered(opened(office, account), 5, 5, 5, 5, 5, 5))
    assert result.history_only == "other"
    assert office.get(account).chs == 20


def test_a_prospect_is_asked_no_health_questions(office: Office) -> None:
    account = office.account()
    office.change(account, subject="prospect")
    with pytest.raises(UserError, match="Only customers"):
        opened(office, account)
