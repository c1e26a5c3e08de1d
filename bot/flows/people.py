"""People as Slack knows them: read before somebody is asked, so that nobody who left is, and nobody at night."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.slack import Kind, Meaning, meaning
from bot.store import people, workspaces
from bot.store.database import Database
from bot.store.tables import Person

log = logging.getLogger(__name__)

_KEEP = timedelta(hours=12)


def refresh(db: Database, now: datetime, client: WebClient, workspace_id: int, users: Iterable[str]) -> None:
    """Read anew whoever was last read too long ago. Who can't be read just now stays as last known."""
    wanted = set(users)
    with db.read() as session:
        known = people.find(session, workspace_id, wanted)
        stale = [user for user in wanted if people.stale(known.get(user), now - _KEEP)]
    for user in sorted(stale):
        read(db, now, client, workspace_id, user)


def read(db: Database, now: datetime, client: WebClient, workspace_id: int, user: str) -> Meaning | None:
    """Read one person anew. Gives why Slack could not say who it is, and None where it did."""
    try:
        seen = client.users_info(user=user)["user"]
    except Exception as error:
        means = meaning(error)
        if means.kind is not Kind.GONE:
            log.warning("Slack could not say who %s is: %s", user, means.code)
            return means
        seen = {"deleted": True}
    take(db, now, workspace_id, user, seen)
    return None


def take(db: Database, now: datetime, workspace_id: int, user: str, seen: Mapping[str, Any]) -> None:
    """Store what Slack says of a person: a user object of its Web API or of a `user_change` event."""
    with db.write(10.0) as session:
        person = people.get(session, workspace_id, user)
        person.name = str(seen.get("real_name") or seen.get("name") or person.name)
        person.zone = seen.get("tz") or person.zone
        person.state = state_of(seen, workspaces.team_of(session, workspace_id))
        person.read_at = now


def state_of(seen: Mapping[str, Any], home: str) -> str:
    """active, deactivated, bot, guest or foreign; only the first uses the bot. `home` is our team's id."""
    if seen.get("deleted"):
        return "deactivated"
    if seen.get("is_bot"):
        return "bot"
    if seen.get("is_stranger") or home not in _homes(seen, home):
        return "foreign"
    return "guest" if seen.get("is_restricted") or seen.get("is_ultra_restricted") else "active"


def _homes(seen: Mapping[str, Any], otherwise: str) -> set[str]:
    """The teams and the enterprise that somebody belongs to; a user object that names none is of our own team."""
    enterprise = seen.get("enterprise_user") or {}
    named = {seen.get("team_id"), enterprise.get("enterprise_id"), *enterprise.get("teams", ())} - {None, ""}
    return named or {otherwise}


def may_be_asked(person: Person | None, now: datetime) -> bool:
    """Whether a person is here to be asked. Somebody never read yet counts as here."""
    if person is None:
        return True
    away = person.away_until is not None and person.away_until >= now.date()
    return person.state == "active" and not away
