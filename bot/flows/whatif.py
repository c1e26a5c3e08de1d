"""What if: reckons, and stores nothing. Anybody may ask about what they may see."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from bot.errors import NotAllowed
from bot.flows import answers, configuring, frameworks, permissions
from bot.flows.actor import Actor
from bot.flows.configuring import Change, NewFramework, NewMap
from bot.flows.standings import placement_of
from bot.store import portfolio, workspaces
from bot.store.database import Database
from bot.store.fresh import FreshSince
from bot.store.portfolio import Scope
from bot.views.whatif import AccountForm, Counts, Tried
from cmi_core import Framework, score
from cmi_core.matrix import MapSettings, place


def form(db: Database, now: datetime, actor: Actor, account_id: int) -> AccountForm:
    """An account with the answers behind its present score."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        framework = frameworks.of_score(session, settings, account)
        return AccountForm(
            account_id=account.id,
            name=account.name,
            framework=framework,
            answers=answers.unpack(framework, account.answers) if account.answers else {},
            chs=account.health,
            health=account.subject == "customer",
        )


def account(
    db: Database,
    now: datetime,
    actor: Actor,
    account_id: int,
    ratings: Mapping[str, int | None],
    *,
    chs: Fraction | None,
) -> Tried:
    """Where these answers and this health would put the account, by the margins that hold it today.

    Without a number the label stays that the account has, if it has one.
    """
    with db.read() as session:
        row = permissions.get(session, now, actor, account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        framework = frameworks.of_score(session, settings, row)
        cmi, health = score(framework, ratings).cmi, row.chs_label if chs is None else chs
        placed = place(settings.map, cmi, health, scale=framework.scale, before=placement_of(row))
        on_map = row.subject == "customer" and placed.cell is not None
        return Tried(
            cmi_before=row.cmi,
            cmi=cmi,
            chs_before=row.health,
            chs=health,
            cell_before=row.cell,
            cell=placed.cell.id if on_map and placed.cell else None,
            held=tuple(held.text for held in placed.held) if on_map else (),
        )


def map_in_force(db: Database, actor: Actor) -> MapSettings:
    with db.read() as session:
        return workspaces.settings_of(session, actor.workspace_id).map


def framework_in_force(db: Database, actor: Actor, name: str = "") -> Framework:
    """A framework by name, by default that for customers."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        return workspaces.framework_or_built_in(session, actor.workspace_id, name or settings.framework)


def cuts(db: Database, now: datetime, actor: Actor, tried: MapSettings) -> Counts:
    """Customers per cell today, and by another map."""
    return _counts(db, now, actor, NewMap(tried), tried.kind)


def weights(db: Database, now: datetime, actor: Actor, tried: Framework) -> Counts:
    """Customers per cell today, and by other weights."""
    return _counts(db, now, actor, NewFramework(tried), map_in_force(db, actor).kind)


def _counts(db: Database, now: datetime, actor: Actor, change: Change, kind: str) -> Counts:
    with db.read() as session:
        sight = permissions.sight(session, now, actor)
        if sight.user is not None:
            raise NotAllowed("This reckons with all accounts, and you see your own. Try one of them: /cmi whatif Acme")
    effect = configuring.count(db, actor, change)
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        found = portfolio.cells(session, Scope(actor.workspace_id), FreshSince(now), now)
    before = Counter({row.cell: row.accounts for row in found if row.cell is not None})
    after = before.copy()
    for each in effect.transitions:
        if each.from_cell is not None:
            after[each.from_cell] -= each.accounts
        if each.to_cell is not None:
            after[each.to_cell] += each.accounts
    return Counts(effect=effect, kind_before=settings.map.kind, kind=kind, before=dict(before), after=dict(after))
