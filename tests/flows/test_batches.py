"""Alerts of a batch: up to five one by one, more in a summary, very many only after an admin has looked."""

from fractions import Fraction

import pytest

from bot.errors import NotAllowed, NotFound, UserError
from bot.flows import batches, csv_accounts, importing
from bot.flows.importing import Imported
from bot.store.database import Database
from bot.store.tables import Batch as BatchRow
from bot.views.alert import Alert
from bot.views.batch import Batch, HeldBatch
from tests.flows.office import DIEGO, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS", admins=(PRIYA,))
    return office


def healthy(office: Office, number: int) -> list[int]:
    """Mature accounts with good health."""
    accounts = [office.account(f"Account {index:02}") for index in range(number)]
    for account in accounts:
        office.rate(account, 5)
        office.type_health(account, 80)
    office.later(days=1)
    return accounts


def drop_health(office: Office, number: int, *, dry_run: bool = False) -> Imported:
    """A file in which the first so many accounts have lost their health."""
    lines = ["name,health", *(f"Account {index:02},10" for index in range(number))]
    sheet = csv_accounts.read("\n".join(lines).encode(), office.now)
    return importing.apply(office.db, office.now, office.workspace_id, sheet, {}, dry_run=dry_run)


def test_five_alerts_go_out_one_by_one(office: Office) -> None:
    healthy(office, 6)
    assert drop_health(office, 5).alerts == 5
    assert len(office.messages("alert")) == 5
    assert office.rows(BatchRow) == []


def test_six_alerts_make_one_summary_from_which_each_is_opened(office: Office) -> None:
    first, *_ = healthy(office, 6)
    done = drop_health(office, 6)
    assert (done.alerts, done.held) == (6, False)
    assert office.messages("alert") == []
    [summary] = office.messages("batch")
    assert summary.recipient == "C01ALERTS"
    listed = Batch.model_validate(summary.data)
    assert {(each.from_cell, each.to_cell) for each in listed.items} == {("expand_and_leverage", "save")}
    [batch] = office.rows(BatchRow)
    for _ in range(2):
        batches.open_alert(office.db, office.now, office.actor(DIEGO), batch.id, listed.items[0].episode_id)
    [alert] = office.messages("alert")
    told = Alert.model_validate(alert.data)
    assert (told.account_id, told.from_cell, told.cause, told.chs_before) == (
        first,
        "expand_and_leverage",
        "health_reading",
        Fraction(80),
    )
    opened = Batch.model_validate(office.messages("batch")[0].data).items
    assert [each.opened_by for each in opened] == [DIEGO, None, None, None, None, None]


def test_a_line_whose_account_recovered_opens_nothing(office: Office) -> None:
    first, *_ = healthy(office, 6)
    drop_health(office, 6)
    office.later(days=1).type_health(first, 90)
    [episode] = [each for each in office.episodes() if each.account_id == first]
    with pytest.raises(NotFound, match="left this cell"):
        batches.open_alert(office.db, office.now, office.actor(), office.rows(BatchRow)[0].id, episode.id)


def test_more_than_a_fifth_and_more_than_ten_are_held_until_an_admin_releases_them(office: Office) -> None:
    healthy(office, 11)
    done = drop_health(office, 11)
    assert done.held
    assert office.messages("batch") == office.messages("alert") == []
    [asked] = office.messages("batch_held")
    assert asked.recipient == PRIYA
    held = HeldBatch.model_validate(asked.data)
    assert (held.alerts, held.portfolio, len(held.items)) == (11, 11, 10)
    with pytest.raises(NotAllowed):
        batches.decide(office.db, office.now, office.actor(DIEGO), held.batch_id, "released")
    batches.decide(office.db, office.now, office.actor(), held.batch_id, "released")
    assert len(Batch.model_validate(office.messages("batch")[0].data).items) == 11
    assert HeldBatch.model_validate(office.messages("batch_held")[0].data).decision == "released"
    with pytest.raises(UserError, match="decided already: released"):
        batches.decide(office.db, office.now, office.actor(), held.batch_id, "dropped")


def test_a_dropped_batch_says_nothing_and_the_accounts_stay_where_they_are(office: Office) -> None:
    accounts = healthy(office, 11)
    drop_health(office, 11)
    batches.decide(office.db, office.now, office.actor(), office.rows(BatchRow)[0].id, "dropped")
    assert office.messages("batch") == office.messages("alert") == []
    assert {office.get(account).cell for account in accounts} == {"save"}
    assert len(office.episodes()) == 11


def test_a_dry_run_says_what_would_be_held_and_stores_nothing(office: Office) -> None:
    healthy(office, 11)
    assert drop_health(office, 11, dry_run=True).held
    assert office.rows(BatchRow) == []
    assert office.episodes() == []
