"""Finding, adding, handing over and looking at accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import FieldError
from bot.flows import advice, evidence, permissions
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day, plan_next
from bot.flows.results import categories, category_notes
from bot.flows.standings import Reader
from bot.store import accounts, audit, history, workspaces
from bot.store import evidence as attached
from bot.store.access import Sight
from bot.store.database import Database
from bot.store.tables import Account, Episode, PlacementRow
from bot.views.account_form import NewAccount
from bot.views.card import Card, Moved, OpenEpisode, TrendPoint
from bot.views.decision_form import Decision
from bot.views.due import Due
from bot.views.standing import Standing

LONGEST_NAME = 300
_NEAR = 5
_SHOWN = 30


@dataclass(frozen=True)
class Found:
    """`exact` has that very name or external id; `only` is the one account that contains the words, good enough to look
    at but not to write to unseen; `matches` are those that a person may have meant.
    """

    exact: Standing | None = None
    only: Standing | None = None
    matches: tuple[Standing, ...] = ()

    @property
    def one(self) -> Standing | None:
        """The account that was meant, where there is no doubt worth asking about."""
        return self.exact or self.only


def find(db: Database, now: datetime, actor: Actor, text: str) -> Found:
    """The account that somebody named, or those they may have meant; without words mine come first."""
    with db.read() as session:
        reader = Reader(session, actor.workspace_id, now)
        sight = permissions.sight(session, now, actor, reader.settings)
        if text.strip():
            exact = accounts.by_name(session, actor.workspace_id, text, sight)
            exact = exact or accounts.by_external_id(session, actor.workspace_id, text.strip(), sight)
            if exact is not None:
                return Found(reader.standing(exact))
        rows = list(accounts.search(session, actor.workspace_id, text, mine=actor.user, limit=_NEAR, sight=sight))
        if text.strip() and len(rows) == 1:
            return Found(only=reader.standing(rows[0]))
        if not rows:
            rows = _near(session, sight, text)
        return Found(matches=tuple(map(reader.standing, rows)))


def search(db: Database, now: datetime, actor: Actor, query: str, limit: int = 100) -> tuple[Standing, ...]:
    """Accounts for a picker: those whose name contains the words, mine first."""
    with db.read() as session:
        reader = Reader(session, actor.workspace_id, now)
        sight = permissions.sight(session, now, actor, reader.settings)
        rows = accounts.search(session, actor.workspace_id, query, mine=actor.user, limit=limit, sight=sight)
        return tuple(map(reader.standing, rows))


def create(db: Database, now: datetime, actor: Actor, new: NewAccount) -> Standing:
    """Add an account; a form that arrives twice adds one.

    FieldError names what can't be: a name or external id that is taken, or a name too long.
    """
    if len(new.name) > LONGEST_NAME:
        raise FieldError("name", f"Please use at most {LONGEST_NAME} characters for the name.")
    try:
        return _create(db, now, actor, new)
    except IntegrityError:  # somebody was quicker by a moment, perhaps this very form: now their account can be seen
        return _create(db, now, actor, new)


def _create(db: Database, now: datetime, actor: Actor, new: NewAccount) -> Standing:
    with db.write() as session:
        permissions.require_member(session, actor)
        added = accounts.by_submission(session, actor.workspace_id, new.submission) if new.submission else None
        added = added or _just_added(session, actor, new)
        if added is not None:
            return Reader(session, actor.workspace_id, now).standing(added)
        account = Account(
            workspace_id=actor.workspace_id,
            subject=new.subject,
            name=new.name.strip(),
            name_key=accounts.name_key(new.name),
            external_id=new.external_id,
            owner=new.owner or actor.user,
            segments=dict(new.segments),
            renewal_date=new.renewal_date,
            lifecycle="prospect" if new.subject == "prospect" else "active",
            revision=1,
            submission=new.submission,
            created_at=now,
        )
        plan_next(account, workspaces.settings_of(session, actor.workspace_id), None, now=now)
        session.add(account)
        session.flush()
        audit.note(session, actor.workspace_id, now, actor=actor.user, action="create", subject=f"account:{account.id}")
        return Reader(session, actor.workspace_id, now).standing(account)


def _just_added(session: Session, actor: Actor, new: NewAccount) -> Account | None:
    """The account that this very form has added meanwhile. FieldError where another one has its name or its id."""
    taken = accounts.taken_by(session, actor.workspace_id, new.name, new.external_id)
    if taken is None or (new.submission and taken.submission == new.submission):
        return taken
    same_name = taken.name_key == accounts.name_key(new.name)
    text = "There is an account of this name already." if same_name else "Another account has this id already."
    raise FieldError("name" if same_name else "external_id", f"{text} Please choose another, or rate that one.")


def card(db: Database, now: datetime, actor: Actor, account_id: int) -> Card:
    """Everything about one account on one card."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id)
        reader = Reader(session, actor.workspace_id, now)
        framework = reader.framework_of(account)
        rated = list(history.assessments(session, account.id, limit=2))
        latest = rated[0] if rated else None
        stays = history.placements(session, account.id, limit=6)
        episode = history.open_episode(session, account.id)
        return Card(
            standing=reader.standings([account])[0],
            trend=tuple(
                TrendPoint(on=stay.started_at, cmi=stay.cmi, chs=stay.health, cell=stay.cell) for stay in stays
            ),
            moved=Moved(
                from_cell=stays[1].cell if len(stays) > 1 else None, on=stays[0].started_at, cause=stays[0].cause
            )
            if stays
            else None,
            categories=categories(framework, latest, rated[1] if len(rated) > 1 else None) if latest else (),
            last_note=latest.note if latest else "",
            category_notes=category_notes(framework, latest),
            last_rater=latest.rater if latest else None,
            evidence=evidence.shown(attached.waiting(session, account.id)),
            episode=_open(episode),
            **advice.for_card(session, reader.settings, framework, account),
        )


def _open(episode: Episode | None) -> OpenEpisode | None:
    if episode is None:
        return None
    return OpenEpisode(
        opened_on=episode.opened_at,
        claimed_by=episode.claimed_by,
        episode_id=episode.id,
        decision=Decision.model_validate(episode.decision) if episode.decision else None,
    )


def due(db: Database, now: datetime, actor: Actor) -> Due:
    """What is due by now for the person who asks; for somebody without accounts, what is due at all."""
    with db.read() as session:
        reader = Reader(session, actor.workspace_id, now)
        by = local_day(reader.settings, now) + timedelta(days=reader.settings.cadence.take_along_days)
        mine = accounts.count_owned(session, actor.workspace_id, actor.user) > 0
        sight = permissions.sight(session, now, actor, reader.settings)
        owner = actor.user if mine else None
        rows = accounts.due(session, actor.workspace_id, by, owner=owner, limit=200, sight=sight)
        shown = reader.standings(rows[:_SHOWN])
        return Due(rows=shown, others=len(rows) - len(shown), mine=mine)


def _moved(stays: Sequence[PlacementRow]) -> Moved | None:
    if not stays:
        return None
    return Moved(from_cell=stays[1].cell if len(stays) > 1 else None, on=stays[0].started_at, cause=stays[0].cause)


def _near(session: Session, sight: Sight, text: str) -> list[Account]:
    """Accounts whose names look like what was typed."""
    by_key = {accounts.name_key(name): name for name in accounts.names(session, sight.workspace_id, sight)}
    close = get_close_matches(accounts.name_key(text), by_key, n=_NEAR, cutoff=0.6)
    found = (accounts.by_name(session, sight.workspace_id, by_key[key], sight) for key in close)
    return [account for account in found if account is not None]
