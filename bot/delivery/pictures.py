"""Getting a picture to Slack, in a step of its own before it is shown: drawn, uploaded unshared, and remembered."""

import logging
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
_FORBIDDEN = frozenset({"file_uploads_disabled", "file_type_not_allowed", "storage_limit_reached"})


@dataclass(frozen=True, slots=True)
class Pictures:
    """One workspace's pictures at one moment."""

    db: Database
    client: WebClient
    workspace_id: int
    now: datetime

    def shown(self, drawing: Drawing) -> ShownPicture | None:
        """The picture as a file that Slack has; None where it takes none just now: then text must do."""
        digest = charts.digest(drawing.chart, drawing.values)
        with self.db.read() as session:
            if not abilities.takes(session, self.workspace_id, abilities.PICTURES, self.now):
                return None
            file_id = self._known(session, digest)
        if file_id is None:
            file_id = self._upload(drawing)
            if file_id is None:
                return None
            with self.db.write() as session:
                pictures.forget_older(session, self.workspace_id, self.now - KEPT)
                pictures.remember_file(session, self.workspace_id, digest, file_id, self.now)
        return ShownPicture(file_id=file_id, alt=drawing.alt, caption=drawing.caption)

    def known(self, drawing: Drawing) -> ShownPicture | None:
        """The picture where Slack has it already; nothing is drawn for it or sent."""
        with self.db.read() as session:
            file_id = self._known(session, charts.digest(drawing.chart, drawing.values))
        return ShownPicture(file_id=file_id, alt=drawing.alt, caption=drawing.caption) if file_id else None

    def forget(self, drawing: Drawing) -> None:
        """Slack doesn't show the file, which may be deleted: the next time it is uploaded anew."""
        with self.db.write() as session:
            pictures.forget_file(session, self.workspace_id, charts.digest(drawing.chart, drawing.values))

    def _known(self, session: Session, digest: str) -> str | None:
        return pictures.known_file(session, self.workspace_id, digest, self.now - KEPT)

    def _upload(self, drawing: Drawing) -> str | None:
        png = charts.draw(drawing.chart, drawing.values)
        try:
            return files.upload(self.client, f"{drawing.chart}.png", png, title=drawing.alt[:200])
        except Exception as error:  # whatever it is, nobody misses more than a picture
            self._refused(meaning(error))
            return None

    def _refused(self, means: Meaning) -> None:
        log.warning("Slack doesn't take pictures just now, so text stands alone: %s", means.code)
        if means.kind is Kind.MISSING_SCOPE or means.code in _FORBIDDEN:
            with self.db.write() as session:
                abilities.refused(session, self.workspace_id, abilities.PICTURES, self.now, means.code)
