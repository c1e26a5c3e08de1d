"""What becomes of customers: outcomes are stored with the cell, a churned account is frozen, and can come back."""

from datetime import date, timedelta

import pytest

from bot.errors import FieldError, UserError
from bot.flows import lifecycle, rating
from bot.store.database import Database
from bot.store.tables import Audit, LifecycleEvent, PlacementRow, Prompt
from bot.views import alert
from bot.views.alert import Alert
from bot.views.outcome_form import Kind, Outcome
from tests.flows.office import NOW, PRIYA, Office

TODAY = NOW.date()


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def record(office: Office, account: int, kind: Kind, on: date = TODAY, **more: object) -> None:
    outcome = Outcome.model_validate({"account_id": account, "kind": kind, "on": on, **more})
    lifecycle.record(office.db, office.now, office.actor(), outcome)


def saved_one(office: Office) -> int:
    """An account in Save: mature, and unhappy."""
    account = office.account()
    office.type_health(account, 20)
    office.rate(account, 5)
    return account


def test_an_outcome_keeps_the_cell_in_which_the_account_stood_that_day(office: Office) -> None:
    account = saved_one(office)
    office.later(days=10).type_health(account, 90)
    record(office, account, "renewed", TODAY + timedelta(days=4), note="Two more years.")
    record(office, account, "expanded", TODAY + timedelta(days=10))
    assert [(each.kind, each.cell, each.note) for each in office.rows(LifecycleEvent)] == [
        ("renewed", "save", "Two more years."),
        ("expanded", "expand_and_leverage", ""),
    ]


@pytest.mark.parametrize("kind", ["expanded", "churned"])
def test_the_same_outcome_of_a_day_twice_is_once(office: Office, kind: Kind) -> None:
    account = saved_one(office)
    record(office, account, kind)
    record(office, account, kind)
    assert len(office.rows(LifecycleEvent)) == 1
    assert [each.action for each in office.rows(Audit)].count(kind) == 1


def test_a_day_still_to_come_is_refused(office: Office) -> None:
    with pytest.raises(FieldError, match="still to come"):
        record(office, saved_one(office), "churned", TODAY + timedelta(days=1))
    assert office.rows(LifecycleEvent) == []


def test_a_churned_account_is_frozen(office: Office) -> None:
    account = saved_one(office)
    with office.db.write() as session:
        due = {"recipient": PRIYA, "role": "owner", "due": TODAY, "asked_on": TODAY}
        session.add(Prompt(workspace_id=office.workspace_id, account_id=account, cycle="c", **due))
    record(office, account, "churned", note="Bought by a rival.")
    row = office.get(account)
    assert (row.lifecycle, row.cell, row.ask_on, row.next_due) == ("churned", "save", None, None)
    assert [each.state for each in office.prompts()] == ["withdrawn"]
    assert office.episodes()[0].ended_at == office.now
    assert office.messages("episode_note")[0].data["what"] == "churned"
    [row_of_alert] = office.messages("alert")
    assert "Over since 12 Aug 2026: the customer left." in alert.render(Alert.model_validate(row_of_alert.data)).text
    assert all(each.ended_at is not None for each in office.rows(PlacementRow))
    with pytest.raises(UserError, match="has churned"):
        office.rate(account, 1)
    with pytest.raises(UserError, match="has churned"):
        office.type_health(account, 99)
    with pytest.raises(UserError, match="has churned"):
        rating.open_survey(office.db, office.now, office.actor(), account)
    assert office.get(account).cmi == row.cmi


def test_a_customer_that_came_back_is_placed_anew_without_an_alert(office: Office) -> None:
    account = saved_one(office)
    alerts = len(office.messages("alert"))
    record(office, account, "churned")
    office.later(days=30)
    lifecycle.reopen(office.db, office.now, office.actor(), account, mistake=False)
    row = office.get(account)
    assert (row.lifecycle, row.cell, row.churned_at) == ("active", "save", None)
    assert row.next_due is not None
    assert [each.ended_at is None for each in office.rows(PlacementRow)] == [False, True]
    assert len(office.messages("alert")) == alerts
    assert [each.kind for each in office.rows(LifecycleEvent)] == ["churned"]


def test_a_churn_by_mistake_is_no_outcome_but_stays_in_the_audit_log(office: Office) -> None:
    account = saved_one(office)
    record(office, account, "churned")
    lifecycle.reopen(office.db, office.now, office.actor(), account, mistake=True)
    assert office.rows(LifecycleEvent) == []
    assert [each.action for each in office.rows(Audit)][-2:] == ["churned", "reopen"]


def test_a_renewal_plans_the_next_rating_by_the_new_date(office: Office) -> None:
    account = saved_one(office)
    record(office, account, "renewed", renewal_date=TODAY + timedelta(days=70))
    row = office.get(account)
    assert (row.renewal_date, row.next_due) == (TODAY + timedelta(days=70), TODAY + timedelta(days=10))
