"""When an account is due next: the core's rule, with the workspace's settings and the workspace's day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.store.tables import Account
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import next_due


def local_day(settings: WorkspaceSettings, now: datetime) -> date:
    """The workspace's calendar day at an instant."""
    return now.astimezone(ZoneInfo(settings.zone)).date()


def due_after(
    settings: WorkspaceSettings, last_complete: datetime | None, renewal_date: date | None, *, now: datetime
) -> date:
    """When a rating is due by these settings; without a complete one before it, today."""
    cadence = settings.cadence
    return next_due(
        local_day(settings, last_complete) if last_complete else None,
        local_day(settings, now),
        months=cadence.months,
        renewal_date=renewal_date if cadence.renewal_lead_days else None,
        renewal_lead_days=cadence.renewal_lead_days,
        mode=cadence.mode,
        holidays=cadence.holidays,
    )


def plan_next(account: Account, settings: WorkspaceSettings, last_complete: datetime | None, *, now: datetime) -> None:
    """Set the account's due date from its last complete assessment; without one it is due at once."""
    account.next_due = due_after(settings, last_complete, account.renewal_date, now=now)
    account.ask_on = account.next_due
