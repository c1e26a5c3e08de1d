"""What pictures are drawn from: positions then and now, medians of customers alike, and who may see which."""

from decimal import Decimal
from fractions import Fraction

import pytest

from bot import charts
from bot.charts.data import CategoriesChart, DistributionChart, MapChart, TrendChart
from bot.flows import account_pictures, configuring, pictures, portfolio
from bot.flows.configuring import NewFramework
from bot.store.database import Database
from bot.views.picture import Drawing
from bot.views.query import OUTCOMES, TIME, Query
from cmi_core import Band, Label, load_framework
from tests.flows.office import DIEGO, GOLDEN, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def drawn(office: Office, query: Query | None = None, user: str = PRIYA) -> Drawing | None:
    """The picture of the portfolio, which must be one that can be drawn."""
    shown = portfolio.look(office.db, office.now, office.actor(user), query or Query())
    found = pictures.of_portfolio(office.db, office.now, office.actor(user), shown)
    if found is not None:
        assert charts.draw(found.chart, found.values).startswith(b"\x89PNG")
    return found


def the_map(office: Office) -> MapChart:
    found = drawn(office)
    assert found is not None
    return MapChart.model_validate(found.values)


def customer(office: Office, name: str, level: int, health: int, *, owner: str = PRIYA, revenue: int = 0) -> int:
    account = office.account(name, owner=owner)
    office.change(account, recurring_revenue=Decimal(revenue) if revenue else None)
    office.type_health(account, health, by=owner)
    office.rate(account, level, by=owner)
    return account


def test_a_customer_that_moved_has_an_arrow_from_where_it_stood(office: Office) -> None:
    moved = customer(office, "Acme", 2, 80, revenue=500)
    customer(office, "Globex", 4, 80, revenue=900)
    office.later(days=120)
    office.rate(moved, 5)
    office.type_health(moved, 30)
    chart = the_map(office)
    globex, acme = chart.points
    assert [globex.name, acme.name] == ["Globex", "Acme"]
    assert (acme.at.cmi, acme.at.chs, acme.cell) == (5.0, 30.0, "save")
    assert acme.before is not None
    assert (acme.before.cmi, acme.before.chs, acme.from_cell) == (2.0, 80.0, "retain")
    assert globex.before is None
    assert chart.counts["save"] == 1
    found = drawn(office)
    assert found is not None
    assert "Map of 2 customers by maturity and health: 1 Expand and Leverage, 1 Save." in found.alt
    assert "Changed cell since" in found.alt
    assert "Acme from Retain to Save" in found.alt


def test_new_weights_move_nobody_on_the_map(office: Office) -> None:
    account = customer(office, "Acme", 2, 80)
    office.rate(account, GOLDEN)
    office.later(days=120)
    framework = load_framework("maor-wittgen")
    shares = {
        category.id: Fraction(share) for category, share in zip(framework.categories, (70, 10, 10, 10), strict=True)
    }
    configuring.apply(office.db, office.now, office.actor(), NewFramework(framework.with_weights(shares)))
    (point,) = the_map(office).points
    assert point.before is None
    trend = account_pictures.trend(office.db, office.now, office.actor(), account)
    assert trend is not None
    chart = TrendChart.model_validate(trend.values)
    assert len(chart.cmi) == 2
    assert chart.cmi[1].on == chart.configured[0] == office.now.date()
    assert "The settings of the map changed on" in trend.alt


def test_a_label_stands_in_the_middle_of_its_band(office: Office) -> None:
    account = customer(office, "Acme", 4, 80)
    office.change(account, chs_label=Label("Red", Band.LOW), chs_band="low")
    (point,) = the_map(office).points
    assert point.at.chs == 25.0


def test_names_that_cannot_be_drawn_stand_below_the_picture(office: Office) -> None:
    customer(office, "日本電気", 4, 80)
    customer(office, "Acme", 2, 20)
    found = drawn(office)
    assert found is not None
    assert found.caption == "In the picture: 1 日本電気"
    assert "2 Acme" in found.alt


def test_how_mature_one_owners_customers_are_is_drawn_for_that_owner_alone(office: Office) -> None:
    customer(office, "Acme", 2, 80)
    office.person(PRIYA, manager=MARTA)
    mine = Query(filters=(("owner", PRIYA),))
    assert drawn(office, mine, PRIYA) is not None
    assert drawn(office, mine, MARTA) is None
    office.person(DIEGO, manager=MARTA)
    customer(office, "Globex", 4, 80, owner=DIEGO)
    assert drawn(office, Query(filters=(("owner", PRIYA), ("owner", DIEGO))), MARTA) is not None


def test_only_the_map_and_the_quarters_have_pictures(office: Office) -> None:
    assert drawn(office) is None
    customer(office, "Acme", 2, 80)
    assert drawn(office, Query(show=OUTCOMES)) is None
    assert drawn(office, Query(show="owner")) is None
    found = drawn(office, Query(show=TIME))
    assert found is not None
    chart = DistributionChart.model_validate(found.values)
    assert [column.title for column in chart.columns][-1] == "now"
    assert chart.columns[-1].counts == {"retain": 1}
    assert "now: 1 Retain" in found.alt


def test_a_trend_begins_with_the_second_value(office: Office) -> None:
    account = customer(office, "Acme", 2, 80)
    assert account_pictures.trend(office.db, office.now, office.actor(), account) is None
    office.later(days=90)
    office.type_health(account, 30)
    found = account_pictures.trend(office.db, office.now, office.actor(), account)
    assert found is not None
    chart = TrendChart.model_validate(found.values)
    assert [value.value for value in chart.chs] == [80.0, 30.0]
    assert [stay.cell for stay in chart.stays][-2:] == ["retain", "let_churn"]
    assert "Health: 80 on 12 Aug 2026, 30 on 10 Nov 2026." in found.alt
    assert charts.draw(found.chart, found.values)


def compared(office: Office, account: int) -> tuple[CategoriesChart, Drawing]:
    found = account_pictures.categories(office.db, office.now, office.actor(), account)
    assert found is not None
    assert charts.draw(found.chart, found.values)
    return CategoriesChart.model_validate(found.values), found


def test_categories_are_compared_with_the_median_of_customers_alike(office: Office) -> None:
    account = customer(office, "Acme", 2, 80)
    office.change(account, segments={"size": "Enterprise"})
    others = [customer(office, f"Other {level}", level, 80) for level in (1, 3, 4, 5)]
    for other in others[:3]:
        office.change(other, segments={"size": "Enterprise"})
    chart, found = compared(office, account)
    assert chart.segment == "all customers"
    assert {bar.median for bar in chart.bars} == {3.5}
    office.change(others[3], segments={"size": "Enterprise"})
    customer(office, "Of another size", 5, 80)
    chart, found = compared(office, account)
    assert chart.segment == "size Enterprise"
    assert {bar.median for bar in chart.bars} == {3.5}
    assert {bar.now for bar in chart.bars} == {2.0}
    assert found.caption.startswith("Median of size Enterprise: Charter 3.5")


def test_few_others_are_no_segment_and_their_answers_stay_theirs(office: Office) -> None:
    account = customer(office, "Acme", 2, 80)
    for level in (1, 3, 4):
        customer(office, f"Other {level}", level, 80)
    chart, found = compared(office, account)
    assert {bar.median for bar in chart.bars} == {None}
    assert found.caption == ""


def test_the_rating_before_is_beside_the_one_now(office: Office) -> None:
    account = customer(office, "Acme", 2, 80)
    office.later(days=90)
    office.rate(account, GOLDEN)
    chart, found = compared(office, account)
    assert {bar.before for bar in chart.bars} == {2.0}
    assert "Categories of Acme: Charter" in found.alt


def test_an_account_without_a_rating_has_no_categories(office: Office) -> None:
    account = office.account("Acme")
    assert account_pictures.categories(office.db, office.now, office.actor(), account) is None


def test_the_same_figures_are_the_same_picture(office: Office) -> None:
    customer(office, "Acme", 2, 80)
    one, other = drawn(office), drawn(office)
    assert one is not None
    assert one == other
