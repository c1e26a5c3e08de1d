"""The rules by which alerts go to channels of their own: read and changed by admins."""

from datetime import datetime

from bot.errors import FieldError
from bot.flows import permissions, routing, settings
from bot.flows.actor import Actor
from bot.store import workspaces
from bot.store.database import Database
from bot.views.routes_form import MOST, RouteEntry, RouteLine, Routes
from bot.workspace_settings import AlertRoute


def read(db: Database, actor: Actor) -> Routes:
    """The rules in their order, with the settings' version. NotAllowed for who isn't an admin."""
    with db.read() as session:
        chosen = permissions.require_admin(session, actor)
        return Routes(
            version=workspaces.version_of(session, actor.workspace_id),
            alert_channel=chosen.alert_channel,
            map_kind=chosen.map.kind,
            lines=tuple(RouteLine.model_validate(route.model_dump()) for route in chosen.alert_routes),
        )


def add(db: Database, now: datetime, actor: Actor, entry: RouteEntry, *, seen: int | None) -> None:
    """Add a rule without errors at the end. FieldError where there are too many; `seen` as in `settings.change`."""
    route = AlertRoute.model_validate(entry.line.model_dump())
    routes = _routes(db, actor)
    if route in routes:  # sent twice
        return
    if len(routes) >= MOST:
        raise FieldError("channel", f"There are {MOST} rules already. Please remove one first.")
    _store(db, now, actor, (*routes, route), seen)


def remove(db: Database, now: datetime, actor: Actor, index: int, *, seen: int) -> None:
    """Take the rule at a place (from 0) away. ChangedMeanwhile where the rules aren't those of version `seen`."""
    routes = _routes(db, actor)
    _store(db, now, actor, (*routes[:index], *routes[index + 1 :]), seen)


def up(db: Database, now: datetime, actor: Actor, index: int, *, seen: int) -> None:
    """Let the rule at a place (from 0) be looked at before the one above it. ChangedMeanwhile as `remove`."""
    routes = list(_routes(db, actor))
    if 0 < index < len(routes):
        routes[index - 1 : index + 1] = [routes[index], routes[index - 1]]
    _store(db, now, actor, tuple(routes), seen)


def _routes(db: Database, actor: Actor) -> tuple[AlertRoute, ...]:
    with db.read() as session:
        return permissions.require_admin(session, actor).alert_routes


def _store(db: Database, now: datetime, actor: Actor, routes: tuple[AlertRoute, ...], seen: int | None) -> None:
    with db.write() as session:
        after = settings.change(session, now, actor, {"alert_routes": routes}, seen=seen)
        routing.send_waiting(session, actor.workspace_id, after)
