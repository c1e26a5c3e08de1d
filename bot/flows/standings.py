"""An account's row, as the values that every view shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.flows import frameworks
from bot.flows.due_dates import interval_of, limits_of, local_day
from bot.store import history, workspaces
from bot.store.tables import Account
from bot.views.standing import Override, Standing
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, named_level
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


def _override(account: Account) -> Override | None:
    if not account.override_cell or account.override_until is None:
        return None
    return Override(until=account.override_until, reason=account.override_reason or "", by=account.override_by)


class Reader:
    """Turns rows of one workspace into standings, with its settings and frameworks read once."""

    def __init__(self, session: Session, workspace_id: int, now: datetime) -> None:
        self.settings: WorkspaceSettings = workspaces.settings_of(session, workspace_id)
        self.session = session
        self._by_row: dict[int, Framework] = {}
        self._by_name: dict[str, Framework] = {}
        self._now = now

    def standing(self, account: Account) -> Standing:
        """Where the account stands now, with its ages judged at `now`."""
        rated = account.subject != "team"
        used = self.framework_of(account)
        now_placed = place(
            self.settings.map,
            account.cmi,
            account.health,
            scale=used.scale,
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
            chs=account.health,
            chs_on=account.chs_on,
            chs_source=account.chs_source,
            cell=account.cell,
            since=account.cell_since,
            missing=now_placed.missing if rated else (),
            stale=stale_axes(account.cmi_on, account.chs_on, self._now, limits_of(self.settings, account))
            if rated
            else (),
            judged_at=self._now,
            next_due=account.next_due,
            every_months=interval_of(self.settings, account),
            **self._cover_of(account),
            held=tuple(held.text for held in now_placed.held),
            segments={key: str(value) for key, value in account.segments.items()},
            stage=named_level(used, account.cmi),
            older_framework=self._is_older(account, used),
            immature=rated and now_placed.immature,
            override=_override(account),
            churned_on=account.churned_at,
        )

    def standings(self, accounts: Sequence[Account]) -> tuple[Standing, ...]:
        """Several at once, each with the day until which its rating is put off, if it is."""
        put_off = history.snoozed(self.session, [account.id for account in accounts])
        return tuple(
            self.standing(account).model_copy(update={"snoozed_until": put_off.get(account.id)}) for account in accounts
        )

    def framework_of(self, account: Account) -> Framework:
        """The framework version behind the account's score; before any rating the one that its next rating uses."""
        if account.framework_id is None:
            return self.next_framework_of(account)
        if account.framework_id not in self._by_row:
            self._by_row[account.framework_id] = frameworks.of_score(self.session, self.settings, account)
        return self._by_row[account.framework_id]

    def next_framework_of(self, account: Account) -> Framework:
        """The framework that the account's next rating uses."""
        name = frameworks.name_for(self.settings, account.subject, account.segments)
        if name not in self._by_name:
            self._by_name[name] = frameworks.for_account(self.session, self.settings, account)
        return self._by_name[name]

    def _cover_of(self, account: Account) -> dict[str, Any]:
        """Who covers today, and through which day; empty where nobody does."""
        over = account.cover_until is not None and account.cover_until < local_day(self.settings, self._now)
        return {} if account.cover is None or over else {"cover": account.cover, "cover_until": account.cover_until}

    def _is_older(self, account: Account, used: Framework) -> bool:
        return account.assessment_id is not None and frameworks.is_older(used, self.next_framework_of(account))
