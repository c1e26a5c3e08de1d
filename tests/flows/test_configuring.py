"""Changing the map and the frameworks: everything moves at once, nobody is paged, and one summary says it."""

import threading
from fractions import Fraction
from typing import Any

import pytest

from bot.errors import NotAllowed, NotFound, UserError
from bot.flows import accounts, configuring, plays
from bot.flows.configuring import NewChoice, NewFramework, NewMap
from bot.store import accounts as accounts_store
from bot.store import workspaces
from bot.store.database import Database
from bot.store.tables import Assessment, Audit, FrameworkRow, PlacementRow, Workspace
from bot.views.alert import Alert
from bot.views.config_summary import ConfigSummary
from bot.views.playbook import Tick, mark
from bot.workspace_settings import FrameworkRule
from cmi_core import Framework, framework_from_dict, load_framework
from cmi_core.matrix import map_from_dict
from tests.flows.office import DIEGO, GOLDEN, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS")
    return office


def placed(office: Office, name: str, level: int, health: int) -> int:
    account = office.account(name)
    office.rate(account, level)
    office.type_health(account, health)
    return account


def new_map(**settings: Any) -> NewMap:
    return NewMap(map_from_dict(settings))


def weighted(*weights: int, **more: Any) -> Framework:
    data = load_framework("maor-wittgen").to_dict()
    for category, weight in zip(data["categories"], weights, strict=True):
        category["weight"] = weight
    return framework_from_dict({**data, **more})


def summaries(office: Office) -> list[ConfigSummary]:
    return [ConfigSummary.model_validate(row.data) for row in office.messages("summary")]


def test_a_preview_says_what_would_move_and_changes_nothing(office: Office) -> None:
    placed(office, "Healthy", 4, 60)
    placed(office, "Fine", 4, 90)
    seen = configuring.preview(office.db, office.actor(), new_map(chs_cuts=[70]))
    assert (seen.moved, seen.opened) == (1, 1)
    assert [(each.from_cell, each.to_cell, each.accounts) for each in seen.transitions] == [
        ("expand_and_leverage", "save", 1)
    ]
    assert [each.name for each in seen.shifts] == ["Healthy"]
    assert office.messages("summary") == []
    assert len(office.rows(PlacementRow)) == 2


def test_new_cuts_move_accounts_in_one_go_with_one_summary_and_no_alert(office: Office) -> None:
    account = placed(office, "Healthy", 4, 60)
    office.later(days=1)
    configuring.apply(office.db, office.now, office.actor(), new_map(chs_cuts=[70]))
    row = office.get(account)
    assert (row.cell, row.chs_band, row.cell_since) == ("save", "low", office.now)
    before, after = sorted(office.rows(PlacementRow), key=lambda stay: stay.started_at)
    assert before.ended_at == after.started_at == office.now
    assert (before.cell, before.cause, after.ended_at) == ("expand_and_leverage", "health_reading", None)
    assert (after.cell, after.cause, after.by, after.cmi, after.chs) == (
        "save",
        "configuration",
        PRIYA,
        Fraction(4),
        Fraction(60),
    )
    assert after.settings_version == office.rows(Workspace)[-1].version
    [episode] = office.episodes()
    assert (episode.cell, episode.message_id, episode.ended_at) == ("save", None, None)
    assert office.messages("alert") == []
    [message] = office.messages("summary")
    assert message.recipient == "C01ALERTS"
    assert [each.action for each in office.rows(Audit)].count("configure") == 1


def test_the_summary_goes_to_the_admin_where_there_is_no_alert_channel(office: Office) -> None:
    office.choose(alert_channel=None)
    configuring.apply(office.db, office.now, office.actor(), new_map(kind="nine"))
    assert [row.recipient for row in office.messages("summary")] == [PRIYA]


def test_no_margin_holds_an_account_on_a_change_of_configuration(office: Office) -> None:
    account = placed(office, "Held", 4, 40)
    office.later(days=1).type_health(account, 51)
    assert office.get(account).cell == "save"  # held below 53
    configuring.apply(office.db, office.now, office.actor(), new_map(chs_cuts=[51]))
    assert office.get(account).cell == "expand_and_leverage"


def test_other_margins_or_thresholds_alone_move_nobody(office: Office) -> None:
    account = placed(office, "Held", 4, 40)
    office.later(days=1).type_health(account, 51)
    done = configuring.apply(office.db, office.now, office.actor(), new_map(chs_margin=1, ltv_threshold=100))
    assert done.moved == 0
    assert office.get(account).cell == "save"
    # Nobody but who did it has to hear of a change that concerns no account.
    assert [row.recipient for row in office.messages("summary")] == [PRIYA]


def test_leaving_an_alert_cell_by_configuration_closes_the_alert_without_a_word_in_its_thread(office: Office) -> None:
    account = placed(office, "Sad", 4, 40)
    assert len(office.messages("alert")) == 1
    configuring.apply(office.db, office.now, office.actor(), new_map(chs_cuts=[30]))
    [episode] = office.episodes()
    assert (episode.ended_at, episode.ended_in) == (office.now, "expand_and_leverage")
    [alert] = office.messages("alert")
    assert Alert.model_validate(alert.data).ended_in == "expand_and_leverage"
    assert office.messages("episode_note") == []
    configuring.apply(office.db, office.later(days=2).now, office.actor(), new_map())
    assert [(each.ended_at, each.message_id) for each in office.episodes()] == [(None, alert.id)]
    assert Alert.model_validate(office.messages("alert")[0].data).ended_on is None
    assert office.get(account).cell == "save"


def test_a_cell_that_becomes_an_alert_cell_opens_episodes_for_those_who_stand_there(office: Office) -> None:
    placed(office, "Content", 2, 80)
    change = new_map(alert_cells=["retain"])
    assert configuring.preview(office.db, office.actor(), change).opened == 1
    configuring.apply(office.db, office.now, office.actor(), change)
    assert [each.cell for each in office.episodes()] == ["retain"]


def test_the_nine_cells_and_back(office: Office) -> None:
    account = placed(office, "Middle", 3, 60)
    configuring.apply(office.db, office.now, office.actor(), new_map(kind="nine"))
    assert office.get(account).cell == "core"
    configuring.apply(office.db, office.now, office.actor(), new_map())
    assert office.get(account).cell == "expand_and_leverage"


def test_new_weights_reckon_every_present_score_anew_and_leave_the_assessments(office: Office) -> None:
    account = office.account()
    office.rate(account, GOLDEN)
    office.type_health(account, 40)
    assert office.get(account).cell == "let_churn"
    configuring.apply(office.db, office.now, office.actor(), NewFramework(weighted(10, 70, 10, 10)))
    row = office.get(account)
    assert row.cmi == (Fraction(7, 3) * 10 + 4 * 70 + Fraction(5, 3) * 10 + Fraction(4, 3) * 10) / 100
    assert row.cell == "save"
    used = {each.id: each.version for each in office.rows(FrameworkRow)}
    assert used[row.framework_id or 0] == 2
    [assessment] = office.rows(Assessment)
    assert (assessment.cmi, used[assessment.framework_id]) == (Fraction(71, 30), 1)
    assert [(each.moved, each.rescored) for each in summaries(office)] == [(1, 1)]


def test_new_criteria_move_nothing_and_mark_scores_as_of_an_older_framework(office: Office) -> None:
    account = placed(office, "Acme", 4, 60)
    data = load_framework("maor-wittgen").to_dict()
    data["categories"] = data["categories"][:3]
    done = configuring.apply(office.db, office.now, office.actor(), NewFramework(framework_from_dict(data)))
    assert (done.moved, done.rescored) == (0, 0)
    assert office.get(account).cmi == 4
    standing = accounts.card(office.db, office.now, office.actor(), account).standing
    assert standing.older_framework
    assert standing.cell == "expand_and_leverage"


def test_what_is_so_already_is_no_change(office: Office) -> None:
    for change in (new_map(), NewFramework(load_framework("maor-wittgen"))):
        configuring.apply(office.db, office.now, office.actor(), change)
    assert office.messages("summary") == []
    assert len(office.rows(FrameworkRow)) <= 1


def test_only_admins_may(office: Office) -> None:
    office.choose(admins=(DIEGO,))
    with pytest.raises(NotAllowed):
        configuring.preview(office.db, office.actor(), new_map())
    with pytest.raises(NotAllowed):
        configuring.apply(office.db, office.now, office.actor(), new_map())
    assert configuring.count(office.db, office.actor(), new_map(kind="nine")).moved == 0


def test_a_segment_has_its_own_framework_and_keeps_its_place_until_it_is_rated(office: Office) -> None:
    account = placed(office, "Books & Co", 4, 60)
    office.change(account, segments={"industry": "accounting"})
    rule = FrameworkRule(segment="industry", value="Accounting", framework="practice-ignition")
    choice = NewChoice("maor-wittgen", "waterstone-2016", (rule,))
    assert configuring.apply(office.db, office.now, office.actor(), choice).moved == 0
    standing = accounts.card(office.db, office.now, office.actor(), account).standing
    assert (standing.older_framework, standing.cell) == (True, "expand_and_leverage")


def test_a_framework_for_teams_is_refused_for_customers(office: Office) -> None:
    for choice in (NewChoice("waterstone-2016", "waterstone-2016", ()), NewChoice("maor-wittgen", "maor-wittgen", ())):
        with pytest.raises(UserError, match="judges something else"):
            configuring.apply(office.db, office.now, office.actor(), choice)


# SQLite has one writer at a time, and so no such moment.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_account_that_was_rated_while_the_change_was_reckoned_is_placed_by_what_it_is_now(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, late = placed(office, "Acme", 4, 60), office.account("Late")
    lock = workspaces.lock_settings

    def meanwhile(session: Any, workspace_id: int) -> Any:
        """A survey that lands between the reckoning and the lock."""
        office.later(hours=1).type_health(account, 90)
        office.rate(late, 4)
        office.type_health(late, 65)
        return lock(session, workspace_id)

    monkeypatch.setattr(workspaces, "lock_settings", meanwhile)
    configuring.apply(office.db, office.now, office.actor(), new_map(chs_cuts=[70]))
    assert (office.get(account).cell, office.get(account).chs) == ("expand_and_leverage", Fraction(90))
    assert office.get(late).cell == "save"
    stays = sorted(
        office.rows(PlacementRow), key=lambda stay: (stay.account_id, stay.started_at, stay.ended_at is None)
    )
    assert [(each.account_id, each.cell, each.ended_at is None) for each in stays] == [
        (account, "expand_and_leverage", True),
        (late, "expand_and_leverage", False),
        (late, "save", True),
    ]
    assert all(each.ended_at is None or each.ended_at >= each.started_at for each in stays)


def test_a_box_of_a_stay_that_a_change_ended_can_t_be_ticked(office: Office) -> None:
    account = placed(office, "Healthy", 4, 60)
    shown = accounts.card(office.db, office.now, office.actor(), account).play
    assert shown is not None
    assert shown.placement_id is not None
    first = Tick(placement_id=shown.placement_id, play=shown.id, step=mark(shown.steps[0].text), done=True)
    plays.tick(office.db, office.now, office.actor(), first)
    configuring.apply(office.db, office.later(days=1).now, office.actor(), new_map(chs_cuts=[70]))
    with pytest.raises(NotFound, match="has moved since"):
        plays.tick(office.db, office.now, office.actor(), first)
    before, after = sorted(office.rows(PlacementRow), key=lambda stay: stay.started_at)
    assert len(before.steps) == 1
    assert after.steps == {}


# The same.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_step_ticked_while_the_change_was_reckoned_is_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    account = placed(office, "Healthy", 4, 60)
    shown = accounts.card(office.db, office.now, office.actor(), account).play
    assert shown is not None
    assert shown.placement_id is not None
    first = Tick(placement_id=shown.placement_id, play=shown.id, step=mark(shown.steps[0].text), done=True)
    lock = workspaces.lock_settings

    def meanwhile(session: Any, workspace_id: int) -> Any:
        plays.tick(office.db, office.now, office.actor(), first)
        return lock(session, workspace_id)

    monkeypatch.setattr(workspaces, "lock_settings", meanwhile)
    configuring.apply(office.db, office.later(days=1).now, office.actor(), new_map(chs_cuts=[70]))
    before, after = sorted(office.rows(PlacementRow), key=lambda stay: stay.started_at)
    assert (len(before.steps), after.steps) == (1, {})


def test_the_first_twenty_are_listed_those_in_alert_cells_first(office: Office) -> None:
    for number in range(22):
        placed(office, f"Account {number}", 2 if number < 21 else 4, 60)
    seen = configuring.preview(office.db, office.actor(), new_map(chs_cuts=[70], alert_cells=["save"]))
    assert (seen.moved, len(seen.shifts), seen.shifts[0].name) == (22, 20, "Account 21")


def test_whoever_stays_keeps_the_day_since_when(office: Office) -> None:
    account = placed(office, "Stays", 5, 90)
    since = office.get(account).cell_since
    configuring.apply(office.db, office.later(days=1).now, office.actor(), NewFramework(weighted(10, 70, 10, 10)))
    assert office.get(account).cell_since == since
    assert len(office.rows(PlacementRow)) == 1


def test_a_cell_that_is_no_alert_cell_any_more_ends_its_episodes(office: Office) -> None:
    placed(office, "Sad", 4, 40)
    configuring.apply(office.db, office.now, office.actor(), new_map(alert_cells=["let_churn"]))
    assert [(each.ended_at, each.ended_in) for each in office.episodes()] == [(office.now, "save")]


def test_only_customers_are_put_on_the_map(office: Office) -> None:
    account = placed(office, "Was a customer", 4, 60)
    office.change(account, subject="prospect", cell=None, cell_since=None)
    configuring.apply(office.db, office.now, office.actor(), new_map(chs_cuts=[70]))
    assert office.get(account).cell is None


# SQLite has one writer at a time, and so no such moment.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_change_waits_for_whoever_is_placing_an_account_by_the_settings_before(office: Office) -> None:
    account = office.account()
    change = threading.Thread(
        target=configuring.apply, args=(office.db, office.now, office.actor(), new_map(chs_cuts=[70]))
    )
    with office.db.write() as session:
        accounts_store.lock(session, office.workspace_id, account)
        change.start()
        change.join(0.5)
        assert change.is_alive()
    change.join(10)
    assert not change.is_alive()
    assert len(office.messages("summary")) == 1
