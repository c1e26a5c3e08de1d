"""An account's row, as the values that every view shows."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.store import workspaces
from bot.store.tables import Account
from bot.views.standing import Standing
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework
from cmi_core.cells import CELLS, Band
from cmi_core.freshness import stale_axes
from cmi_core.matrix import Placement, place


def placement_of(account: Account) -> Placement:
    """The account's stored placement, as the core's value."""
    return Placement(
        cell=CELLS[account.cell] if account.cell else None,
        cmi_band=Band(account.cmi_band) if account.cmi_band else None,
        chs_band=Band(account.chs_band) if account.chs_band else None,
    )


class Reader:
    """Turns rows of one workspace into standings, with its settings and framework read once."""

    def __init__(self, session: Session, workspace_id: int, now: datetime) -> None:
        self.settings: WorkspaceSettings = workspaces.settings_of(session, workspace_id)
        self._framework: Framework = workspaces.framework_or_built_in(session, workspace_id, self.settings.framework)
        self._now = now

    def standing(self, account: Account) -> Standing:
        """Where the account stands now, with its ages judged at `now`."""
        rated = account.subject != "team"
        now_placed = place(
            self.settings.map,
            account.cmi,
            account.chs,
            scale=self._framework.scale,
            before=placement_of(account),
        )
        return Standing(
            account_id=account.id,
            name=account.name,
            owner=account.owner,
            subject=account.subject,
            cmi=account.cmi,
            cmi_on=account.cmi_on,
            complete=account.complete,
            chs=account.chs,
            chs_on=account.chs_on,
            chs_source=account.chs_source,
            cell=account.cell,
            since=account.cell_since,
            missing=now_placed.missing if rated else (),
            stale=stale_axes(account.cmi_on, account.chs_on, self._now, self.settings.freshness) if rated else (),
            next_due=account.next_due,
            held=tuple(held.text for held in now_placed.held),
            segments={key: str(value) for key, value in account.segments.items()},
        )
