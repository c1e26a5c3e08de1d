"""When an account is due next: the core's rule, with the workspace's settings and the workspace's day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.store.tables import Account
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import next_due


def local_day(settings: WorkspaceSettings, now: datetime) -> date:
    """The workspace's calendar day at an instant."""
    return now.astimezone(ZoneInfo(settings.zone)).date()


def plan_next(account: Account, settings: WorkspaceSettings, last_complete: datetime | None, *, now: datetime) -> None:
    """Set the account's due date from its last complete assessment; without one it is due at once."""
    cadence = settings.cadence
    today = local_day(settings, now)
    account.next_due = next_due(
        local_day(settings, last_complete) if last_complete else None,
        today,
        months=cadence.months,
        renewal_date=account.renewal_date if cadence.renewal_lead_days else None,
        renewal_lead_days=cadence.renewal_lead_days,
        mode=cadence.mode,
        holidays=cadence.holidays,
    )
    account.ask_on = account.next_due
