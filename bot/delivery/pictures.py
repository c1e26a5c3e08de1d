"""Getting a picture to Slack before it is shown: drawn, uploaded unshared, and remembered by what it shows."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot import charts, files
from bot.slack import Kind, Meaning, meaning
from bot.store import abilities, pictures
from bot.store.database import Database
from bot.views.picture import Drawing, ShownPicture

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
"""How long a file is shown again for the same figures; many workspaces delete files after some time."""
AFTER_FAILURE = timedelta(minutes=10)
"""How long messages do without a picture whose upload failed."""
_FAILED = ""
_PATIENCE = 20.0
_FORBIDDEN = frozenset({"file_uploads_disabled", "file_type_not_allowed", "storage_limit_reached"})


class Missing(Exception):
    """These pictures of a message have to be uploaded before it can be shown with them."""

    def __init__(self, drawings: Collection[Drawing]) -> None:
        super().__init__()
        self.drawings = tuple(drawings)


@dataclass(frozen=True, slots=True)
class Pictures:
    """One workspace's pictures at one moment."""

    db: Database
    client: WebClient
    workspace_id: int
    now: datetime

    def shown(self, drawing: Drawing) -> ShownPicture | None:
        """The picture as a file that Slack has, uploaded here if need be; None where it takes none just now."""
        try:
            return self.uploaded({0: drawing}).get(0)
        except Missing:
            self.upload(drawing)
            return self.known(drawing)

    def uploaded(self, drawings: Mapping[int, Drawing]) -> dict[int, ShownPicture]:
        """Those that Slack has, by the same numbers; it takes none of the others just now, so text must do for them.

        Nothing is sent for it: Missing where some have to be uploaded first.
        """
        with self.db.read() as session:
            if not abilities.takes(session, self.workspace_id, abilities.PICTURES, self.now):
                return {}
            known = {number: self._known(session, drawing) for number, drawing in drawings.items()}
        missing = [drawings[number] for number, file_id in known.items() if file_id is None]
        if missing:
            raise Missing(missing)
        return {number: _of(drawings[number], file_id) for number, file_id in known.items() if file_id}

    def known(self, drawing: Drawing) -> ShownPicture | None:
        """The picture where Slack has it already; nothing is drawn for it or sent."""
        with self.db.read() as session:
            file_id = self._known(session, drawing)
        return _of(drawing, file_id) if file_id else None

    def forget(self, drawing: Drawing) -> None:
        """Slack doesn't show the file, which may be deleted: the next time it is uploaded anew."""
        with self.db.write() as session:
            pictures.forget_file(session, self.workspace_id, _digest(drawing))

    def upload(self, drawing: Drawing) -> None:
        """Draw it, give it to Slack without showing it anywhere, and remember the file, or that it failed just now."""
        png = charts.draw(drawing.chart, drawing.values)
        try:
            file_id = files.upload(self.client, f"{drawing.chart}.png", png, title=drawing.alt[:200])
        except Exception as error:  # whatever it is, nobody misses more than a picture
            self._refused(meaning(error))
            file_id = _FAILED
        self._remember(drawing, file_id)

    def give_up(self, drawing: Drawing) -> None:
        """Let text do without it for a while."""
        self._remember(drawing, _FAILED)

    def _remember(self, drawing: Drawing, file_id: str) -> None:
        with self.db.write(_PATIENCE) as session:
            pictures.forget_older(session, self.workspace_id, self.now - KEPT)
            pictures.remember_file(session, self.workspace_id, _digest(drawing), file_id, self.now)

    def _known(self, session: Session, drawing: Drawing) -> str | None:
        """The file; none at all ("") where uploading it failed lately; None where it has to be uploaded."""
        file_id = pictures.known_file(session, self.workspace_id, _digest(drawing), self.now - KEPT)
        if file_id != _FAILED:
            return file_id
        return pictures.known_file(session, self.workspace_id, _digest(drawing), self.now - AFTER_FAILURE)

    def _refused(self, means: Meaning) -> None:
        log.warning("Slack doesn't take pictures just now, so text stands alone: %s", means.code)
        if means.kind is Kind.MISSING_SCOPE or means.code in _FORBIDDEN:
            with self.db.write(_PATIENCE) as session:
                abilities.refused(session, self.workspace_id, abilities.PICTURES, self.now, means.code)


def _of(drawing: Drawing, file_id: str) -> ShownPicture:
    return ShownPicture(file_id=file_id, alt=drawing.alt, caption=drawing.caption)


def _digest(drawing: Drawing) -> str:
    return charts.digest(drawing.chart, drawing.values)
