"""Imports whose process ended in the middle: another process finishes them, and tells whoever began them."""

import logging
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot.errors import Busy, ImportRefused, NotAllowed
from bot.flows import import_steps, permissions
from bot.flows.actor import Actor
from bot.store import messages
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Upload
from bot.views.import_form import What
from bot.views.import_plan import Outcome

log = logging.getLogger(__name__)

# A process that lives holds the file's row locked from a moment after it was told to begin until the end.
_MOMENT = timedelta(minutes=1)


def tick(db: Database, now: datetime) -> int:
    """Go on with the imports at which nobody is any more. Gives the number of those that ended, well or not."""
    with db.read() as session:
        running = session.execute(select(Upload.id, Upload.choices).where(Upload.state == "running")).all()
    left = [upload_id for upload_id, choices in running if _begun(choices) < now - _MOMENT]
    return sum(_go_on(db, now, upload_id) for upload_id in left)


def _begun(choices: dict[str, str]) -> datetime:
    return datetime.fromisoformat(choices["begun"])


def _go_on(db: Database, now: datetime, upload_id: int) -> bool:
    """False where somebody is at it, or the database is away."""
    try:
        with db.write(import_steps.PATIENCE) as session:
            upload = _free(session, upload_id)
            if upload is None:
                return False
            actor = Actor(upload.workspace_id, upload.by)
            permissions.require_admin(session, actor)
            _tell(session, now, upload, import_steps.carry_out(session, now, actor, upload))
            log.info("The import of “%s”, which had been left, is done", upload.name)
            return True
    except Busy:
        return False
    except (OperationalError, InterfaceError) as error:
        log.warning("The database was away in the midst of an import; it goes on at the next tick: %.200s", error.orig)
        return False
    except (ImportRefused, NotAllowed) as error:
        problems = list(error.problems) if isinstance(error, ImportRefused) else [error.text]
    except Exception:  # a file that can't be imported must not be tried for ever
        log.exception("The import of the file %s, which had been left, can't be finished", upload_id)
        problems = ["It can't be imported: please tell the people who run CMI Bot."]
    return _give_up(db, now, upload_id, problems)


def _give_up(db: Database, now: datetime, upload_id: int, problems: list[str]) -> bool:
    with db.write(import_steps.PATIENCE) as session:
        upload = _free(session, upload_id)
        if upload is None:
            return False
        upload.state, upload.report = "failed", {"problems": problems}
        _tell(session, now, upload, Outcome(file=upload.name, what=cast("What", upload.purpose), wrong=len(problems)))
    return True


def _free(session: Session, upload_id: int) -> Upload | None:
    statement = select(Upload).where(Upload.id == upload_id, Upload.state == "running")
    return session.scalars(statement.with_for_update(skip_locked=True)).one_or_none()


def _tell(session: Session, now: datetime, upload: Upload, outcome: Outcome) -> None:
    messages.owe(
        session,
        workspace_id=upload.workspace_id,
        key=f"imported:{upload.id}",
        kind="imported",
        recipient=upload.by,
        data=outcome,
        now=now,
        priority=Priority.ANSWER,
    )
