"""Every explanation that the method promises, the history, and places whose figures are old."""

from datetime import timedelta
from fractions import Fraction

import pytest

from bot.errors import FieldError
from bot.flows import accounts, csv_accounts, explaining, health, importing, looking_back
from bot.store import workspaces
from bot.store.database import Database
from bot.store.tables import Account, Assessment, HealthReading
from bot.views import card, explain, result
from bot.views.alert import Alert
from bot.views.history import Rating, Reading, Stay
from cmi_core import CELLS
from tests.flows.office import DIEGO, GOLDEN, NOW, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS", fallback_channel="C02LAST")
    return office


def shown(office: Office, account: int) -> str:
    told = explaining.account(office.db, office.now, office.actor(), account)
    return "\n".join(block["text"]["text"] for block in explain.modal(told)["blocks"] if block["type"] == "section")


def typed(office: Office, account: int, value: int, *, days_ago: int) -> result.Result:
    on = (office.now - timedelta(days=days_ago)).date()
    key = f"{account}:{value}:{days_ago}"
    return health.record(office.db, office.now, office.actor(), account, Fraction(value), submission=key, on=on)


def test_the_sum_is_shown_as_a_calculation(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    text = shown(office, account)
    for line in (
        "*Charter*: 2.33 × 40 % = 0.93",
        "Clarity of Charter 3 · Breadth of Influence 1 · Title of Functional Head 3",
        "*People*: 4.00 × 20 % = 0.80",
        "*Process*: 1.67 × 30 % = 0.50",
        "*Technology*: 1.33 × 10 % = 0.13",
        "*Sum: 2.37, shown as CMI 2.4*; 12 of 12 questions answered.",
    ):
        assert line in text


def test_the_distance_to_each_cut_and_the_margin_that_holds(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, GOLDEN)
    office.later(days=1).type_health(account, 51)
    text = shown(office, account)
    assert "CMI is 0.63 under the cut at 3.00." in text
    assert "Health is 1 over the cut at 50." in text
    assert "The margin holds it: health 51: moves up at 53." in text


def test_the_nearest_move_names_one_answer(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, (4, 3, 4, *GOLDEN[3:]))  # CMI 2.9
    assert "If Breadth of Influence were 5 instead of 3, the CMI would be 3.2 and the cell Save." in shown(
        office, account
    )


def test_unknown_answers_leave_a_range_open(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, (None, *(3,) * 11))
    text = shown(office, account)
    assert "Not known: Clarity of Charter. With these answers the CMI could be 2.7 to 3.3." in text
    # The margin holds Save down to 2.9: the answer 2 would give 2.87.
    assert "Save, or Let Churn if Clarity of Charter is really 2." in text


def test_what_changed_since_the_last_rating(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    office.later(days=90).rate(account, (*GOLDEN[:9], 4, None, 1))
    text = shown(office, account)
    assert "*Since the rating of 12 Aug 2026*\nUse of Tools: 4 (was 1)\nUse of Reports: not known (was 2)" in text


def test_the_configuration_in_force_and_the_cause_are_named(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    office.later(days=1).type_health(account, 41, by=DIEGO)
    text = shown(office, account)
    for line in (
        f"Rated by <@{PRIYA}> (owner) on 12 Aug 2026.",
        "Framework: Maor &amp; Wittgen, version 1.",
        "Health 41 of 13 Aug 2026, typed.",
        f"In Let Churn since 13 Aug 2026: a new health score by <@{DIEGO}>.",
        "Map: four quadrants, settings version 1.",
    ):
        assert line in text


def test_before_the_first_rating_there_is_nothing_to_explain(office: Office) -> None:
    assert "nothing to explain" in shown(office, office.account())


def test_a_team_has_its_sum_but_no_map(office: Office) -> None:
    account = office.account()
    office.change(account, subject="team")
    office.rate(account, GOLDEN)
    text = shown(office, account)
    assert "shown as CMI 2.4" in text
    for absent in ("Distance", "Nearest move", "Map:", "Health"):
        assert absent not in text


def test_the_rating_before_counts_only_if_it_answered_the_same_questions(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    other = office.rows(Assessment)[0].framework_id
    office.later(days=1).rate(account, GOLDEN)
    assert explaining.account(office.db, office.now, office.actor(), account).previous is not None
    with office.db.write() as session:
        bolstra = workspaces.framework_in_force(session, office.workspace_id, "bolstra-5-stages")[0]
        first = session.get_one(Assessment, 1)
        assert first.framework_id == other
        first.framework_id = bolstra
    told = explaining.account(office.db, office.now, office.actor(), account)
    assert (told.previous, told.told and told.told.changes) == (None, ())


def test_history_has_ratings_health_and_moves_the_newest_first(office: Office) -> None:
    account = office.account()
    office.rate(account, 2)
    office.later(days=1).type_health(account, 58)
    office.later(days=1).type_health(account, 41)
    office.later(days=1).rate(account, 4, by=DIEGO)
    entries = looking_back.page(office.db, office.now, office.actor(), account).entries
    assert [(each.what, each.on - NOW) for each in entries] == [
        ("stay", timedelta(days=3)),
        ("rating", timedelta(days=3)),
        ("stay", timedelta(days=2)),
        ("reading", timedelta(days=2)),
        ("stay", timedelta(days=1)),
        ("reading", timedelta(days=1)),
        ("rating", timedelta(0)),
    ]
    moved, rated, _, fell, *_ = entries
    assert isinstance(moved, Stay)
    assert (moved.before, moved.cell, moved.cause, moved.by) == ("let_churn", "save", "assessment", DIEGO)
    assert isinstance(rated, Rating)
    assert (rated.cmi, rated.before) == (Fraction(4), Fraction(2))
    assert (rated.by, rated.source) == (DIEGO, "colleague")
    assert isinstance(fell, Reading)
    assert (fell.value, fell.before) == (Fraction(41), Fraction(58))


def test_history_is_paged(office: Office) -> None:
    account = office.account()
    for number in range(looking_back.PAGE + 4):
        office.later(hours=1).type_health(account, 40 + number)
    first = looking_back.page(office.db, office.now, office.actor(), account)
    second = looking_back.page(office.db, office.now, office.actor(), account, 1)
    assert (len(first.entries), first.more, len(second.entries), second.more) == (looking_back.PAGE, True, 4, False)
    values = [each.value for each in (*first.entries, *second.entries) if isinstance(each, Reading)]
    assert values == [40 + number for number in reversed(range(looking_back.PAGE + 4))]
    oldest = second.entries[-1]
    assert isinstance(oldest, Reading)
    assert oldest.before is None
    assert looking_back.page(office.db, office.now, office.actor(), account, 99).entries == ()


def test_a_place_with_an_old_figure_is_provisional_everywhere(office: Office) -> None:
    account = office.account()
    office.type_health(account, 60)
    office.rate(account, 2)
    office.later(days=104)
    saved = office.rate(account, 4)
    said = "provisional: health is 104 days old"
    standing = saved.standing
    assert "Expand and Leverage (provisional)" in str(result.modal(saved))
    assert said in result.render(saved).text.lower()
    assert said in card.render(accounts.card(office.db, office.now, office.actor(), account), office.now).text
    assert said in shown(office, account)
    assert standing.stale == ("chs",)


def test_the_alert_of_a_fresh_change_says_that_the_other_figure_is_old(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.later(days=104).rate(account, 4)
    alert = Alert.model_validate(office.messages("alert")[0].data)
    assert alert.stale == ("chs",)


def test_a_health_score_past_its_limit_is_history_only_and_the_person_is_told(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    told = typed(office, account, 41, days_ago=91)
    assert "kept as history: it is older than 90 days" in str(result.modal(told))
    assert len(office.rows(HealthReading)) == 1
    row = office.get(account)
    assert (row.chs, row.cell, office.messages("alert")) == (None, None, [])


def test_a_health_score_earlier_than_the_present_one_is_history_only(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    office.type_health(account, 60)
    told = typed(office, account, 41, days_ago=3)
    assert "kept as history: there is a later one" in str(result.modal(told))
    assert office.get(account).chs == 60


def test_a_later_entry_for_the_same_day_supersedes_and_both_are_kept(office: Office) -> None:
    account = office.account()
    typed(office, account, 60, days_ago=3)
    office.later(minutes=1)
    typed(office, account, 50, days_ago=3)
    assert office.get(account).chs == 50
    assert [reading.value for reading in office.rows(HealthReading)] == [60, 50]


def test_an_import_says_how_many_health_scores_are_history_only(office: Office) -> None:
    file = b"name,health,health_date\nAcme,41,2026-08-10\nGlobex,55,2026-01-31\n"

    def taken(content: bytes) -> tuple[int, int]:
        done = importing.apply(office.db, NOW, office.workspace_id, csv_accounts.read(content, NOW), {})
        return done.with_health, done.history_only

    assert taken(file) == (1, 1)
    assert taken(file) == (0, 2)  # the same file again changes nothing
    assert taken(file.replace(b"41", b"45")) == (1, 1)
    assert [(row.name, row.chs) for row in office.rows(Account)] == [("Acme", 45), ("Globex", None)]
    assert [reading.value for reading in office.rows(HealthReading)] == [41, 55, 45]


def test_no_health_score_of_a_day_to_come(office: Office) -> None:
    with pytest.raises(FieldError, match="still to come"):
        typed(office, office.account(), 60, days_ago=-1)


def test_a_provisional_place_moves_nothing_by_itself(office: Office) -> None:
    account = office.account()
    office.type_health(account, 41)
    office.rate(account, 4)
    before: Account = office.get(account)
    told = explaining.account(office.db, office.later(days=400).now, office.actor(), account)
    assert told.standing.stale == ("cmi", "chs")
    assert told.told is not None
    assert told.told.placement.cell == CELLS["save"]
    assert office.get(account).revision == before.revision


def test_the_immature_floor_says_do_not_sell_or_serve_where_it_is_on(office: Office) -> None:
    account = office.account()
    office.rate(account, 1)
    said = "Immature: do not sell or serve."
    assert said not in shown(office, account)
    office.choose(map=office.settings().map.model_copy(update={"immature_floor": Fraction(3, 2)}))
    assert said in shown(office, account)
    office.rate(account, 2)
    assert said not in shown(office, account)
