"""What is judged after a run: what the database holds, what Slack has and was asked for, and what people were told."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.delivery import kinds
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Audit, Episode, Message, Person, PlacementRow, Prompt
from sandbox.model import Json
from sandbox.model import Message as Posted
from sandbox.server import Sandbox
from tests.chaos.hands import Notebook
from tests.chaos.world import ZONE

_REFUSALS = ("there is nothing to take on any more", "Something went wrong on our side")
COMPARED = ("alert", "episode_note", "progress", "prompt", "result")  # of others an old wording is as good


@dataclass(frozen=True)
class Owed:
    """A row of the outbox. `what` and `on` are an episode note's; `lines` a prompt's: account, due day, asked anew."""

    id: int
    token: str
    key: str
    kind: str
    state: str
    error: str
    leased: bool
    thread_of: int | None
    text: str
    what: str = ""
    on: datetime | None = None
    lines: tuple[tuple[int, date, bool], ...] = ()


@dataclass(frozen=True)
class Shown:
    """A message in Slack, with the token that the bot put into it."""

    token: str
    channel: str
    ts: str
    thread: str | None
    text: str


@dataclass(frozen=True)
class Stay:
    id: int
    account: int
    cell: str | None
    over: bool


@dataclass(frozen=True)
class Stored:
    id: int
    account: int
    submission: str
    kind: str


@dataclass(frozen=True)
class Case:
    """An episode."""

    id: int
    account: int
    cell: str
    message: int | None


@dataclass(frozen=True)
class Asked:
    account: int
    cycle: str
    due: date
    message: int | None


@dataclass(frozen=True)
class Record:
    """`effects` counts by token how often a posting took effect, `tried` is the corner by submission, `done` what
    people pressed and saw acknowledged, `refused` how often each of them then read that it can't be or failed, `began`
    where the accounts stood first; `forgotten` are due accounts that nobody was asked about although it could be."""

    owed: tuple[Owed, ...]
    shown: tuple[Shown, ...]
    effects: Counter[str]
    stays: tuple[Stay, ...]
    stored: tuple[Stored, ...]
    episodes: tuple[Case, ...]
    asked: tuple[Asked, ...]
    audit: tuple[tuple[str, str], ...]
    forgotten: tuple[str, ...]
    tried: dict[str, str]
    saved: frozenset[str]
    done: tuple[tuple[str, str, str], ...]
    refused: Counter[str]
    settings_changed: int
    unclean: tuple[str, ...]
    began: dict[int, str]


def began(db: Database) -> dict[int, str]:
    """Where accounts stand before a run: the cell by the account's id."""
    with db.read() as session:
        rows = session.execute(select(Account.id, Account.cell).where(Account.cell.is_not(None)))
        return {account_id: str(cell) for account_id, cell in rows}


def take(
    db: Database,
    sandbox: Sandbox,
    now: datetime,
    notebook: Notebook,
    *,
    settings_changed: int,
    unclean: list[str],
    began: dict[int, str],
) -> Record:
    """The record of a run that is over."""
    with db.read() as session:
        stays = session.execute(
            select(PlacementRow.id, PlacementRow.account_id, PlacementRow.cell, PlacementRow.ended_at).order_by(
                PlacementRow.id
            )
        )
        stored = session.execute(
            select(Assessment.id, Assessment.account_id, Assessment.submission, Assessment.kind).order_by(Assessment.id)
        )
        episodes = select(Episode.id, Episode.account_id, Episode.cell, Episode.message_id)
        asked = select(Prompt.account_id, Prompt.cycle, Prompt.due, Prompt.message_id)
        return Record(
            owed=tuple(map(_owed, session.scalars(select(Message).order_by(Message.id)))),
            shown=_shown(sandbox),
            effects=_effects(sandbox),
            stays=tuple(Stay(id_, account, cell, over is not None) for id_, account, cell, over in stays),
            stored=tuple(Stored(*row) for row in stored),
            episodes=tuple(Case(*row) for row in session.execute(episodes)),
            asked=tuple(Asked(*row) for row in session.execute(asked)),
            audit=tuple((action, subject) for action, subject in session.execute(select(Audit.action, Audit.subject))),
            forgotten=tuple(forgotten(session, now)),
            tried=dict(notebook.tried),
            saved=frozenset(notebook.saved),
            done=tuple(notebook.done),
            refused=_refused(sandbox),
            settings_changed=settings_changed,
            unclean=tuple(unclean),
            began=began,
        )


def waiting(session: Session) -> int:
    """How many messages are not said yet, or said in an older wording."""
    return session.execute(
        select(func.count()).select_from(Message).where(Message.state.not_in(("sent", "withdrawn")))
    ).scalar_one()


def forgotten(session: Session, now: datetime) -> list[str]:
    """Due accounts whose owner could be asked today, and wasn't."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    free = or_(Person.last_messaged_on.is_(None), Person.last_messaged_on < today)
    may_ask = or_(Person.last_asked_on.is_(None), Person.last_asked_on <= today - timedelta(days=7))
    return list(
        session.scalars(
            select(Account.name)
            .join(Person, Person.user == Account.owner, isouter=True)
            .where(Account.lifecycle == "active", Account.ask_on <= today, or_(Person.id.is_(None), free), may_ask)
        )
    )


def _owed(row: Message) -> Owed:
    data: dict[str, Any] = row.data
    said = datetime.fromisoformat(data["on"]) if row.kind == "episode_note" else None
    lines = data["items"] if row.kind == "prompt" else []
    return Owed(
        id=row.id,
        token=row.token,
        key=row.key,
        kind=row.kind,
        state=row.state,
        error=row.error,
        leased=row.lease_until is not None,
        thread_of=row.thread_of,
        text=kinds.render(row.kind, data).text if row.kind in COMPARED else "",
        what=data["what"] if row.kind == "episode_note" else "",
        on=said,
        lines=tuple((each["account_id"], date.fromisoformat(each["due"]), each["new"]) for each in lines),
    )


def _shown(sandbox: Sandbox) -> tuple[Shown, ...]:
    found: list[Posted] = []
    with sandbox.workspace.lock:
        for channel in sandbox.workspace.channels.values():
            found += channel.by_ts.values()
    return tuple(
        Shown(_token(each.metadata), each.channel, each.ts, each.thread_ts, each.text)
        for each in sorted(found, key=lambda each: each.ts)
        if each.bot and each.metadata
    )


def _refused(sandbox: Sandbox) -> Counter[str]:
    """By reader, the private answers that say that a press had no effect: the account has moved on, or a fault."""
    with sandbox.workspace.lock:
        every = [each for channel in sandbox.workspace.channels.values() for each in channel.by_ts.values()]
    return Counter(each.visible_to for each in every if each.visible_to and any(why in each.text for why in _REFUSALS))


def _effects(sandbox: Sandbox) -> Counter[str]:
    posts = (call for call in sandbox.calls.entries if call["method"] == "chat.postMessage" and call["effect"])
    marked = (call["args"]["metadata"] for call in posts if "metadata" in call["args"])
    return Counter(_token(json.loads(each) if isinstance(each, str) else each) for each in marked)


def _token(metadata: Json) -> str:
    return str(metadata["event_payload"]["k"])
