"""When an account is due next and how long its CMI stays fresh: the core's rules, with the workspace's settings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.flows import public_holidays
from bot.store.tables import Account
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import next_due
from cmi_core.freshness import FreshnessLimits


class Rated(Protocol):
    """What of an account decides how often it is rated: an `Account`, or the columns of one."""

    @property
    def interval_months(self) -> int | None: ...
    @property
    def segments(self) -> Mapping[str, Any]: ...
    @property
    def renewal_date(self) -> date | None: ...


def local_day(settings: WorkspaceSettings, now: datetime) -> date:
    """The workspace's calendar day at an instant."""
    return now.astimezone(ZoneInfo(settings.zone)).date()


def interval_of(settings: WorkspaceSettings, account: Rated) -> int | None:
    """The months from one rating to the next: the account's own, else the first rule's that fits its segments.

    None: neither, so the workspace's rhythm counts.
    """
    own = account.interval_months
    return own if own is not None else rule_for(settings, account.segments)


def rule_for(settings: WorkspaceSettings, segments: Mapping[str, Any]) -> int | None:
    """The months by the first rule that fits these segments, if any does."""
    for rule in settings.cadence.rules:
        if str(segments.get(rule.segment, "")).casefold() == rule.value.casefold():
            return rule.months
    return None


def limits_of(settings: WorkspaceSettings, account: Rated) -> FreshnessLimits:
    """How old the account's scores may get: a CMI stays fresh for its interval and the days of grace."""
    return limits_for(settings, interval_of(settings, account))


def limits_for(settings: WorkspaceSettings, months: int | None) -> FreshnessLimits:
    """The same for an interval in months; None: the workspace's rhythm."""
    return settings.freshness if months is None else settings.freshness.model_copy(update={"cmi_months": months})


def due_after(settings: WorkspaceSettings, last_complete: datetime | None, account: Rated, *, now: datetime) -> date:
    """When a rating is due by these settings; without a complete one before it, today."""
    cadence = settings.cadence
    return next_due(
        local_day(settings, last_complete) if last_complete else None,
        local_day(settings, now),
        months=cadence.months,
        interval=interval_of(settings, account),
        renewal_date=account.renewal_date if cadence.renewal_lead_days else None,
        renewal_lead_days=cadence.renewal_lead_days,
        early_days=cadence.take_along_days,
        mode=cadence.mode,
        holidays=public_holidays.days(settings, now),
        workdays=cadence.weekdays,
    )


def plan_next(account: Account, settings: WorkspaceSettings, last_complete: datetime | None, *, now: datetime) -> None:
    """Set the account's due date from its last complete assessment; without one, or after an event, at once."""
    due = due_after(settings, last_complete, account, now=now)
    account.next_due = account.ask_on = min(due, account.event_on or due)


def plan_again(account: Account, settings: WorkspaceSettings, *, now: datetime) -> None:
    """The renewal or the interval has changed: the due date follows. Who is being asked goes on being asked."""
    asked_already = account.next_due is not None and account.ask_on is None
    plan_next(account, settings, account.cmi_on if account.complete else None, now=now)
    if asked_already:
        account.ask_on = None
