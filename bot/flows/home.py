"""The app's Home: what a person sees first, by what they are here, and what they chose to look at."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.flows import home_visit, pausing, pictures
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.home_accounts import accounts
from bot.flows.home_portfolio import overview
from bot.flows.home_visit import Visit
from bot.store import home_alerts, people, workspaces
from bot.store.database import Database
from bot.views.home import Home
from bot.views.home_accounts import Accounts
from bot.views.home_portfolio import Overview
from bot.views.home_setup import Setup
from bot.views.home_state import HomeState
from bot.views.picture import Drawing
from bot.views.query import OWNER, Query


def look(db: Database, now: datetime, actor: Actor) -> Home:
    """What a person sees when they open the Home, and whenever it is published anew."""
    with db.read() as session:
        visit = home_visit.enter(session, now, actor)
        state = visit.state
        return Home(
            state=state, tabs=visit.tabs, scopes=visit.scopes, can_add=visit.can_edit, shown=_shown(visit, state)
        )


def drawing(db: Database, now: datetime, actor: Actor, shown: Home) -> Drawing | None:
    """The picture of the map that a Home shows; None where it shows none."""
    seen = shown.shown
    if not isinstance(seen, Overview) or seen.movement is None:
        return None
    owners = tuple((OWNER, owner) for owner in seen.owners or ())
    query = Query(filters=owners, since=seen.movement.since - timedelta(days=1))
    return pictures.of_map(db, now, actor, query, seen.cells)


def choose(db: Database, now: datetime, actor: Actor, state: HomeState) -> None:
    """Keep what somebody chose to look at: whatever publishes their Home next shows that."""
    with db.write() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        kept = state.model_copy(update={"on": local_day(settings, now)})
        people.get(session, actor.workspace_id, actor.user).home = kept.model_dump(mode="json")


def concerned(db: Database, now: datetime, workspace_id: int, account_ids: Collection[int]) -> dict[int, set[str]]:
    """The people whose Home tells of an account: its owner, its cover, and who took its alert on; by account."""
    with db.read() as session:
        day = local_day(workspaces.settings_of(session, workspace_id), now)
        return home_alerts.concerned(session, workspace_id, account_ids, day)


def _shown(visit: Visit, state: HomeState) -> Accounts | Overview | Setup:
    if state.tab == "portfolio":
        return overview(visit, state)
    return _setup(visit) if state.tab == "setup" else accounts(visit, state)


def _setup(visit: Visit) -> Setup:
    settings = visit.settings
    return Setup(
        alert_channel=settings.alert_channel is not None,
        fallback_channel=settings.fallback_channel is not None,
        admins=len(settings.admins),
        accounts=visit.visitor.any_accounts,
        paused=pausing.shown(settings, visit.now).lines,
    )
