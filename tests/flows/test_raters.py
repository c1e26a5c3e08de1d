"""The other ways to rate: one click, a correction, a second opinion. Each rule of the method has its test."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from slack_sdk import WebClient

from bot.errors import NotAllowed, NotFound, UserError
from bot.flows import asking, explaining, rating, renewing, second_ratings
from bot.store import history
from bot.store.database import Database
from bot.store.tables import Assessment, Audit, PlacementRow
from bot.views.compare import Comparison
from bot.views.prompt import Prompt
from bot.views.result import Result
from bot.views.survey import Mode, SurveyPage
from bot.views.survey_parts import LastTime
from cmi_core import load_framework
from tests.flows.office import CRITERIA, DIEGO, GOLDEN, NOW, PRIYA, Office

MAOR = load_framework("maor-wittgen")
JUST_UNDER = (3,) * 11 + (2,)  # CMI 2.97: under the cut, and not past the margin above it
JUST_OVER = (3,) * 12  # CMI 3.0


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS", fallback_channel="C02LAST")
    return office


def page(office: Office, account: int, levels: tuple[int | None, ...], mode: Mode, **more: object) -> SurveyPage:
    bare = office.page(account, levels)
    return bare.model_copy(update={"meta": bare.meta.model_copy(update={"mode": mode}), **more})


def correct(office: Office, account: int, levels: tuple[int | None, ...], *, by: str = PRIYA) -> Result:
    asked = page(office, account, levels, "correction", note="Misread the question.")
    return rating.submit(office.db, office.now, office.actor(by), asked)


def second(
    office: Office, account: int, levels: tuple[int | None, ...], *, by: str = DIEGO, mode: Mode = "second"
) -> Comparison:
    asked = page(office, account, levels, mode)
    return second_ratings.submit(office.db, office.now, office.actor(by), asked, MAOR)


def renew(office: Office, account: int, *, by: str = PRIYA, assessment: int | None = None) -> Result:
    wanted = assessment or office.get(account).assessment_id or 0
    return renewing.renew(office.db, office.now, office.actor(by), account, wanted)


def offered(office: Office, account: int) -> int | None:
    return rating.open_survey(office.db, office.now, office.actor(), account).renewable


def test_a_renewal_copies_the_last_ratings_and_is_marked(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    office.later(days=91)
    renewed = renew(office, account)
    first, kept = office.rows(Assessment)
    assert (kept.kind, kept.ratings, kept.cmi) == ("renewed", first.ratings, Fraction(71, 30))
    assert (first.kind, first.created_at) == ("rated", NOW)
    assert office.get(account).cmi_on == office.now
    assert renewed.next_due == date(2027, 2, 11)
    assert [row.recipient for row in office.messages("result")] == [PRIYA, PRIYA]


def test_a_renewal_moves_with_cause_renewal(office: Office) -> None:
    account = office.account()
    office.rate(account, 2)
    office.type_health(account, 41)
    office.later(days=1)
    office.change(account, cell=None, cmi_band=None)  # as after an earlier incomplete rating
    assert renew(office, account).moved
    assert office.rows(PlacementRow)[-1].cause == "renewal"


def test_nothing_changed_works_at_most_once_running(office: Office) -> None:
    account = office.account()
    office.rate(account, 3)
    assert offered(office, account) == office.get(account).assessment_id
    office.later(days=90)
    renew(office, account)
    office.later(days=90)
    assert offered(office, account) is None
    with pytest.raises(UserError, match="go through the questions this time"):
        renew(office, account)
    office.rate(account, 3)
    assert offered(office, account) is not None


def test_a_second_click_on_nothing_changed_changes_nothing(office: Office) -> None:
    account = office.account()
    office.rate(account, 3)
    wanted = office.get(account).assessment_id
    renew(office, account, assessment=wanted)
    assert renew(office, account, assessment=wanted).duplicate
    assert len(office.rows(Assessment)) == 2


def test_an_old_button_does_not_renew_a_newer_rating(office: Office) -> None:
    account = office.account()
    office.rate(account, 3)
    before = office.get(account).assessment_id
    office.later(days=1).rate(account, 4)
    with pytest.raises(UserError, match="rated since"):
        renew(office, account, assessment=before)


def test_only_a_complete_rating_of_the_same_questions_can_be_renewed(office: Office) -> None:
    account = office.account()
    office.rate(account, (1,) * 3 + (None,) * 9)
    assert offered(office, account) is None
    with pytest.raises(UserError, match="incomplete"):
        renew(office, account)
    office.rate(account, 3)
    office.choose(framework="practice-ignition")
    assert offered(office, account) is None
    with pytest.raises(UserError, match="questions have changed"):
        renew(office, account)


def test_prompts_offer_nothing_changed_where_it_holds(office: Office) -> None:
    rated, renewed, new = office.account("Rated"), office.account("Renewed"), office.account("New")
    office.rate(rated, 3)
    office.rate(renewed, 3)
    office.later(days=1)
    renew(office, renewed)
    office.later(days=102)  # a Monday
    office.person(PRIYA)
    # Everybody was read just now, so Slack is never asked.
    asking.tick(office.db, office.now, WebClient(token="unused", base_url="http://127.0.0.1:9/"))
    (message,) = office.messages("prompt")
    found = {item.account_id: item.renewable for item in Prompt.model_validate(message.data).items}
    assert found == {rated: office.get(rated).assessment_id, renewed: None, new: None}
    renew(office, rated)
    (message,) = office.messages("prompt")
    assert [item.account_id for item in Prompt.model_validate(message.data).items if item.done_on] == [rated]


def test_one_corrects_ones_own_last_rating_only(office: Office) -> None:
    account = office.account()
    with pytest.raises(NotFound, match="no rating to correct"):
        correct(office, account, GOLDEN)
    office.rate(account, GOLDEN)
    with pytest.raises(NotAllowed, match=f"<@{PRIYA}>"):
        rating.open_survey(office.db, office.now, office.actor(DIEGO), account, "correction")
    with pytest.raises(NotAllowed):
        correct(office, account, GOLDEN, by=DIEGO)


def test_a_correction_opens_with_the_answers_to_correct(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    form = rating.open_survey(office.db, office.now, office.actor(), account, "correction")
    assert form.answers == dict(zip(CRITERIA, GOLDEN, strict=True))
    assert (form.health, form.renewable) == (None, None)


def test_a_correction_keeps_the_earlier_rating_and_says_why(office: Office) -> None:
    account = office.account()
    office.rate(account, 2)
    office.later(days=10)
    correct(office, account, (2,) * 11 + (5,))
    first, kept = office.rows(Assessment)
    assert (first.kind, kept.kind, kept.note) == ("rated", "corrected", "Misread the question.")
    entry = next(each for each in office.rows(Audit) if each.action == "correct")
    last = CRITERIA[-1]
    assert (entry.subject, entry.before, entry.after) == (f"assessment:{first.id}", {last: 2}, {last: 5})
    assert entry.reason == "Misread the question."


def test_a_correction_is_no_new_look(office: Office) -> None:
    account = office.account()
    office.rate(account, 2)
    due = office.get(account).next_due
    office.later(days=80)
    correct(office, account, GOLDEN)
    row = office.get(account)
    assert (row.next_due, row.cmi_on, row.cmi) == (due, NOW, Fraction(71, 30))


def test_a_correction_that_completes_plans_the_next_rating_from_the_day_of_the_original(office: Office) -> None:
    account = office.account()
    office.rate(account, (1,) * 3 + (None,) * 9)
    office.later(days=10)
    correct(office, account, GOLDEN)
    assert office.get(account).next_due == date(2026, 11, 12)


def test_a_correction_that_leaves_it_incomplete_makes_it_due_as_before_the_original(office: Office) -> None:
    account = office.account()
    office.rate(account, 2)
    office.later(days=60).rate(account, 3)
    correct(office, account, (1,) * 3 + (None,) * 9)
    row = office.get(account)
    assert (row.cmi, row.complete, row.next_due) == (None, False, date(2026, 11, 12))


@pytest.mark.parametrize("again", [False, True])
def test_a_correction_is_judged_from_the_band_before_what_it_corrects(office: Office, again: bool) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    office.later(days=1).rate(account, 4)
    assert office.get(account).cell == "save"
    office.later(days=1)
    if again:
        correct(office, account, (5,) * 12)
        office.later(days=1)
    # From High the margin would hold it there: 2.97 is not under 2.9. From Low it never was over the cut.
    correct(office, account, JUST_UNDER)
    assert office.get(account).cell == "let_churn"
    assert office.rows(PlacementRow)[-1].cause == "correction"


def test_a_plain_rating_of_the_same_value_is_held_by_the_margin(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    office.later(days=1).rate(account, 4)
    office.later(days=1).rate(account, JUST_UNDER)
    assert office.get(account).cell == "save"


def test_a_correction_of_a_first_rating_knows_no_margin(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    office.later(days=1)
    correct(office, account, JUST_OVER)
    assert office.get(account).cell == "save"


def test_a_correction_keeps_todays_band_of_health(office: Office) -> None:
    account = office.account()
    office.type_health(account, 60)
    office.rate(account, 2)
    office.later(days=1).type_health(account, 49)  # held in High by the margin
    assert office.get(account).cell == "retain"
    correct(office, account, GOLDEN)
    assert office.get(account).cell == "retain"


def test_a_second_rating_is_blind(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    form = rating.open_survey(office.db, office.now, office.actor(DIEGO), account, "second")
    assert (form.answers, form.last, form.health, form.renewable) == ({}, LastTime(), None, None)


def test_a_second_rating_does_not_count(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 2)
    before = office.get(account)
    stays = len(office.rows(PlacementRow))
    second(office.later(days=5), account, (5,) * 12)
    after = office.get(account)
    kept = office.rows(Assessment)[-1]
    assert (kept.blind, kept.source, kept.rater) == (True, "colleague", DIEGO)
    assert (after.cmi, after.cell, after.next_due, after.cmi_on) == (
        before.cmi,
        before.cell,
        before.next_due,
        before.cmi_on,
    )
    assert len(office.rows(PlacementRow)) == stays
    form = rating.open_survey(office.db, office.now, office.actor(), account)
    assert set(form.last.ratings.values()) == {2}


def test_two_raters_are_compared_criterion_by_criterion(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    found = second(office.later(days=1), account, (4, *GOLDEN[1:11], None))
    assert (found.answers[0].name, found.answers[0].first, found.answers[0].second) == ("Clarity of Charter", 3, 4)
    assert found.answers[-1].second is None
    assert found.agreement == Fraction(10, 11)
    assert (found.first.user, found.second.user, found.saved) == (PRIYA, DIEGO, True)
    kept = office.rows(Assessment)[-1].id
    office.later(days=1).rate(account, 5)
    again = second_ratings.compare(office.db, office.now, office.actor(), account, kept)
    assert again == found.model_copy(update={"saved": False})  # beside what counted then


def test_who_rated_first_can_not_give_the_second_rating(office: Office) -> None:
    account = office.account()
    with pytest.raises(NotFound, match="no rating yet"):
        second(office, account, GOLDEN)
    office.rate(account, GOLDEN)
    with pytest.raises(NotAllowed, match="ask a colleague"):
        rating.open_survey(office.db, office.now, office.actor(), account, "second")
    with pytest.raises(NotAllowed):
        second(office, account, GOLDEN, by=PRIYA)


def test_the_same_second_rating_twice_is_once(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    asked = page(office, account, GOLDEN, "second")
    for _ in range(2):
        second_ratings.submit(office.db, office.now, office.actor(DIEGO), asked, MAOR)
    assert len(office.rows(Assessment)) == 2


def test_the_customers_own_rating_stands_beside_ours(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    second(office, account, (4,) * 12, by=PRIYA, mode="customer")
    second(office, account, (3,) * 12)
    told = explaining.account(office.db, office.now, office.actor(), account)
    sources = {each.comparison.second.source: each.comparison.second.cmi for each in told.seconds}
    assert sources == {"customer": 4, "colleague": 3}


def test_a_draft_of_one_kind_is_not_taken_up_as_another(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    half = office.page(account, GOLDEN[:6], criteria=CRITERIA[:6])
    rating.turn_page(office.db, office.now, office.actor(DIEGO), half, 1)
    assert rating.open_survey(office.db, office.now, office.actor(DIEGO), account).resumed
    blind = rating.open_survey(office.db, office.now, office.actor(DIEGO), account, "second")
    assert (blind.resumed, blind.answers) == ("", {})


def test_drift_is_told_after_a_change_of_owner(office: Office) -> None:
    account = office.account()
    office.rate(account, 3)
    office.later(days=90).change(account, owner=DIEGO)
    assert explaining.account(office.db, office.now, office.actor(), account).drift is None
    office.rate(account, (4, 4, 4, *(3,) * 9), by=DIEGO)
    office.later(days=90).rate(account, 1, by=DIEGO)
    told = explaining.account(office.db, office.now, office.actor(), account)
    assert told.drift is not None
    assert (told.drift.before.user, told.drift.after.user, told.drift.mean) == (PRIYA, DIEGO, Fraction(1, 4))
    assert told.drift.after.on == NOW + timedelta(days=90)


def test_every_row_of_history_that_counts_is_not_blind(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    second(office, account, (4,) * 12)
    with office.db.read() as session:
        assert [each.rater for each in history.assessments(session, account, limit=9)] == [PRIYA]
        assert [each.rater for each in history.second_ratings(session, account, limit=9)] == [DIEGO]
