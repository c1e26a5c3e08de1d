"""Files between people and the bot: taken, kept while somebody goes through their steps, handed over, forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import files
from bot.errors import NotFound, UserError
from bot.flows.actor import Actor
from bot.slack import meaning
from bot.store.database import Database
from bot.store.tables import Upload

Purpose = Literal["accounts", "health", "content", "framework"]
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Handed:
    """A file for somebody: its name and its bytes."""

    name: str
    content: bytes


def hand_over(client: WebClient, actor: Actor, file: Handed, *, comment: str = "") -> None:
    """Send a file to somebody's direct messages with the bot. UserError where Slack refuses or doesn't answer."""
    try:
        files.send(client, actor.user, file.name, file.content, comment=comment)
    except (SlackApiError, OSError, HTTPException) as error:
        means = meaning(error)
        why = means.text if means.refused else "Please try again in a minute."
        raise UserError(f"Slack didn't take the file “{file.name}”. {why}") from error


def take(client: WebClient, file_id: str, *, largest: int = files.LARGEST_BYTES) -> files.Given:
    """Read a file that somebody gave. UserError where it is over `largest` bytes or Slack doesn't hand it over."""
    try:
        return files.fetch(client, file_id, largest=largest)
    except (SlackApiError, OSError, HTTPException) as error:
        means = meaning(error)
        why = means.text if means.refused else "Please try again in a minute."
        raise UserError(f"Slack didn't hand over the file. {why}") from error


def keep(db: Database, now: datetime, actor: Actor, purpose: Purpose, given: files.Given) -> int:
    """Keep a file for its next steps; gives its number here."""
    with db.write() as session:
        upload = Upload(
            workspace_id=actor.workspace_id,
            by=actor.user,
            purpose=purpose,
            file_id=given.file_id,
            name=given.name,
            content=given.content,
            created_at=now,
        )
        session.add(upload)
        session.flush()
        return upload.id


def kept(session: Session, actor: Actor, purpose: Purpose, upload_id: int, *, lock: bool = False) -> Upload:
    """A file that this person gave, locked on demand until the transaction ends. NotFound once it is forgotten."""
    statement = select(Upload).where(
        Upload.id == upload_id,
        Upload.workspace_id == actor.workspace_id,
        Upload.by == actor.user,
        Upload.purpose == purpose,
    )
    found = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if found is None:
        raise NotFound("This file is no longer kept here. Please upload it again.")
    return found


def note(db: Database, upload_id: int, state: str, report: dict[str, Any]) -> None:
    """Write down what became of a file."""
    with db.write() as session:
        upload = session.get_one(Upload, upload_id)
        upload.state, upload.report = state, report


def tick(db: Database, now: datetime) -> None:
    """Forget the files that nobody went on with for a day."""
    with db.write() as session:
        session.execute(delete(Upload).where(Upload.created_at < now - KEPT_FOR))
