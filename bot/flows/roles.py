"""What admins decide about people: who sees and rates accounts, who leads, who only looks, and who reports to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.flows import permissions, settings
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import audit, people, workspaces
from bot.store import roles as store
from bot.store.database import Database
from bot.store.tables import Person
from bot.views.access_form import AccessForm
from bot.views.people_window import PAGE, PeoplePage, PersonLine
from bot.workspace_settings import AccessSettings, WorkspaceSettings

_MOST_PAGES = 200


def read_access(db: Database, actor: Actor) -> AccessForm:
    """Who sees and rates, as a form. NotAllowed for who isn't an admin."""
    with db.read() as session:
        access = permissions.require_admin(session, actor).access
        named = store.by_role(session, actor.workspace_id)
    return AccessForm(
        see=access.see, rate=access.rate, leaders=named.get("leader", ()), viewers=named.get("viewer", ())
    )


def write_access(db: Database, now: datetime, actor: Actor, form: AccessForm, *, seen: int | None = None) -> None:
    """Store a form without errors. Where nobody is an admin yet, whoever does this becomes one."""
    with db.write() as session:
        workspaces.lock_settings(session, actor.workspace_id)  # what is noted as before must not change
        chosen = permissions.require_admin(session, actor)
        named = store.by_role(session, actor.workspace_id)
        before = {"leaders": list(named.get("leader", ())), "viewers": list(named.get("viewer", ()))}
        after = {"leaders": sorted(form.leaders), "viewers": sorted(form.viewers)}
        update: dict[str, object] = {"access": AccessSettings(see=form.see, rate=form.rate)}
        if not chosen.admins:
            update["admins"] = (actor.user,)
        settings.change(session, now, actor, update, seen=seen, besides=(before, after))
        roles = {**dict.fromkeys(form.leaders, "leader"), **dict.fromkeys(form.viewers, "viewer")}
        for user in {*before["leaders"], *before["viewers"], *roles}:
            people.get(session, actor.workspace_id, user).role = roles.get(user, "member")


def look(db: Database, now: datetime, actor: Actor, number: int) -> PeoplePage:
    """Page `number` (from 0) of the people with accounts, a role or a manager. NotAllowed as above."""
    number = max(0, min(number, _MOST_PAGES))
    with db.read() as session:
        chosen = permissions.require_admin(session, actor)
        users = store.named(session, actor.workspace_id, skip=number * PAGE, limit=PAGE + 1)
        lines = _lines(session, now, actor, chosen, users[:PAGE])
    return PeoplePage(people=lines, page=number, more=len(users) > PAGE)


def person(db: Database, now: datetime, actor: Actor, user: str) -> PersonLine:
    """One person, whether known already or not. NotAllowed as above."""
    with db.read() as session:
        chosen = permissions.require_admin(session, actor)
        return _lines(session, now, actor, chosen, [user])[0]


def write_person(db: Database, now: datetime, actor: Actor, line: PersonLine) -> None:
    """Store a person's role and manager."""
    with db.write() as session:
        permissions.require_admin(session, actor)
        row = people.lock(session, actor.workspace_id, line.user)
        before = _said(row)
        row.role, row.manager = line.role, line.manager
        if _said(row) != before:
            audit.note(
                session,
                actor.workspace_id,
                now,
                actor=actor.user,
                action="person",
                subject=f"person:{line.user}",
                before=before,
                after=_said(row),
            )


def _said(row: Person) -> dict[str, Any]:
    return {"role": row.role, "manager": row.manager}


def _lines(
    session: Session, now: datetime, actor: Actor, chosen: WorkspaceSettings, users: list[str]
) -> tuple[PersonLine, ...]:
    today = local_day(chosen, now)
    known = people.find(session, actor.workspace_id, users)
    counts = store.owned(session, actor.workspace_id, users, today)
    lines = []
    for user in users:
        row, (owned, covered) = known.get(user), counts.get(user, (0, 0))
        line = PersonLine(user=user, admin=user in chosen.admins, accounts=owned, covered=covered)
        if row is not None:
            away = row.away_until if row.away_until is not None and row.away_until >= today else None
            said = {"role": row.role, "manager": row.manager, "away_until": away, "state": row.state}
            line = line.model_copy(update=said)
        lines.append(line)
    return tuple(lines)
