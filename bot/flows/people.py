"""People as Slack knows them: read before somebody is asked, so that nobody who left is, and nobody at night."""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.flows import slack_status
from bot.flows.actor import Actor
from bot.slack import Kind, Meaning, meaning
from bot.store import people, workspaces
from bot.store.database import Database
from bot.store.tables import Person
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import is_away, zone_or

log = logging.getLogger(__name__)

_KEEP = timedelta(hours=12)
_MENTION = re.compile(r"<@(\w+)>")
_PATIENCE = 10.0
# Slack's own bot, of which it says that it is none.
_SLACKBOT = "USLACKBOT"
Presence = Literal["here", "away", "gone"]


def refresh(db: Database, now: datetime, client: WebClient, workspace_id: int, users: Iterable[str]) -> None:
    """Read anew whoever was last read too long ago. Who can't be read just now stays as known."""
    with db.read() as session:
        known = people.find(session, workspace_id, users)
        stale = [user for user in set(users) if is_stale(known.get(user), now)]
    seen = {user: _seen(client, user) for user in sorted(stale)}
    described = {user: each for user, each in seen.items() if not isinstance(each, Meaning)}
    if described:
        with db.write(_PATIENCE) as session:
            home, rows = workspaces.team_of(session, workspace_id), people.find(session, workspace_id, described)
            for user, each in described.items():
                _take(rows.get(user) or people.get(session, workspace_id, user), each, home, now)


def is_stale(person: Person | None, now: datetime) -> bool:
    """Whether somebody was read too long ago to be asked by it, or never."""
    return people.stale(person, now - _KEEP)


def read(db: Database, now: datetime, client: WebClient, workspace_id: int, user: str) -> Meaning | None:
    """Read one person anew. Gives why Slack could not say who it is, and None where it did."""
    seen = _seen(client, user)
    if isinstance(seen, Meaning):
        return seen
    take(db, now, workspace_id, user, seen)
    return None


def _seen(client: WebClient, user: str) -> Mapping[str, Any] | Meaning:
    """What Slack says of a person; the meaning of its failure where it can't say just now."""
    try:
        seen: Mapping[str, Any] = client.users_info(user=user)["user"]
    except Exception as error:
        means = meaning(error)
        if means.kind is not Kind.GONE:
            log.warning("Slack could not say who %s is: %s", user, means.code)
            return means
        return {"deleted": True}
    return seen


def take(db: Database, now: datetime, workspace_id: int, user: str, seen: Mapping[str, Any]) -> None:
    """Store what Slack says of a person: a user object of its Web API or of a `user_change` event."""
    with db.write(_PATIENCE) as session:
        _take(people.get(session, workspace_id, user), seen, workspaces.team_of(session, workspace_id), now)


def _take(person: Person, seen: Mapping[str, Any], home: str, now: datetime) -> None:
    person.name = str(seen.get("real_name") or seen.get("name") or person.name)
    person.zone = seen.get("tz") or person.zone
    before, person.state = person.state, state_of(seen, home)
    if person.state == "active":
        person.left_at = None
    elif before == "active":
        person.left_at = now  # `bot.flows.leavers` sees to what they leave behind
    person.read_at = now
    _take_status(person, seen.get("profile") or {}, now)


def _take_status(person: Person, profile: Mapping[str, Any], now: datetime) -> None:
    """Let a vacation in Slack's status count as absence, but never over what the person or an admin said."""
    last = slack_status.away_until(profile, person.zone, now)
    today = local_day(person, now)
    if last is None:
        if person.away_source == "status":
            person.away_from = person.away_until = person.away_source = None
        elif person.away_until is None:
            person.away_source = None  # the status that "I'm back" went against is over
        return
    said = person.away_source in ("person", "admin")
    if said and (person.away_until is None or person.away_until >= today):
        return
    begun = person.away_from if person.away_source == "status" else None
    person.away_from, person.away_until, person.away_source = begun or today, last, "status"


def state_of(seen: Mapping[str, Any], home: str) -> str:
    """active, deactivated, bot, guest or foreign; only the first uses the bot. `home` is our team's id."""
    if seen.get("deleted"):
        return "deactivated"
    if seen.get("is_bot") or seen.get("is_workflow_bot") or seen.get("id") == _SLACKBOT:
        return "bot"
    if seen.get("is_stranger") or home not in _homes(seen, home):
        return "foreign"
    return "guest" if seen.get("is_restricted") or seen.get("is_ultra_restricted") else "active"


def _homes(seen: Mapping[str, Any], otherwise: str) -> set[str]:
    """The teams and the enterprise that somebody belongs to; a user object that names none is of our own team."""
    enterprise = seen.get("enterprise_user") or {}
    named = {seen.get("team_id"), enterprise.get("enterprise_id"), *(enterprise.get("teams") or ())} - {None, ""}
    return named or {otherwise}


def speaks_for(session: Session, settings: WorkspaceSettings, actor: Actor, user: str) -> bool:
    """Whether somebody may decide about a person's accounts and absence: themselves, their manager, an admin."""
    if actor.user == user or settings.is_admin(actor.user):
        return True
    known = people.find(session, actor.workspace_id, [user]).get(user)
    return known is not None and known.manager == actor.user


_REFUSED: Mapping[str, str] = {
    "deactivated": "has left Slack",
    "bot": "is a bot",
    "guest": "is a guest here, and only members rate accounts",
    "foreign": "belongs to another organisation, and only members of this one rate accounts",
}


def why_not(state: str) -> str | None:
    """The same for a state alone, as the end of a sentence."""
    return _REFUSED.get(state)


def trouble(db: Database, now: datetime, client: WebClient, workspace_id: int, user: str) -> str | None:
    """The same in a sentence, from Slack where it isn't known yet; a person whom Slack can't describe is taken."""
    refresh(db, now, client, workspace_id, [user])
    return known_trouble(db, workspace_id, user)


def known_trouble(db: Database, workspace_id: int, user: str) -> str | None:
    """The same from what is stored alone."""
    with db.read() as session:
        return trouble_of(people.find(session, workspace_id, [user]).get(user))


def trouble_of(person: Person | None) -> str | None:
    """What stands against somebody as an owner, cover or delegate, in a sentence without mentions; None: nothing."""
    why = why_not(person.state) if person else None
    return f"{person.name or 'This person'} {why}. Please choose somebody else." if person and why else None


def is_known(db: Database, now: datetime, workspace_id: int, user: str) -> bool:
    """Whether Slack need not be asked about a person: they were read lately."""
    with db.read() as session:
        return not is_stale(people.find(session, workspace_id, [user]).get(user), now)


def in_plain_words(db: Database, workspace_id: int, text: str) -> str:
    """A text with people's names in place of mentions, for where Slack shows the bare id: under a form's field."""
    users = set(_MENTION.findall(text))
    if not users:
        return text
    with db.read() as session:
        known = people.find(session, workspace_id, users)
    names = {user: person.name for user, person in known.items() if person.name}
    return _MENTION.sub(lambda found: names.get(found[1], "somebody"), text)


def local_day(person: Person | None, now: datetime) -> date:
    """The day where a person lives."""
    return now.astimezone(zone_or((person.zone if person else None) or "UTC")).date()


def presence(person: Person | None, now: datetime) -> Presence:
    """Whether a person is here to be asked, out of office, or not to be asked at all: gone, a guest, a bot, a stranger.

    Somebody never read yet counts as here.
    """
    if person is None:
        return "here"
    if person.state != "active":
        return "gone"
    return "away" if is_away(local_day(person, now), person.away_from, person.away_until) else "here"


def back_on(person: Person | None, now: datetime) -> date | None:
    """The day on which somebody is back who is out of office now; None where they are not."""
    if person is None or person.away_until is None or presence(person, now) != "away":
        return None
    return person.away_until + timedelta(days=1)


def may_be_asked(person: Person | None, now: datetime) -> bool:
    """Whether a person is here to be asked."""
    return presence(person, now) == "here"
