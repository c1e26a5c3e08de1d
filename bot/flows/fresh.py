"""From when on a CMI counts as fresh, for a whole portfolio at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.flows.due_dates import limits_for, local_day
from bot.store import portfolio
from bot.store.access import Sight
from bot.store.fresh import FreshSince
from bot.workspace_settings import LONGEST_INTERVAL, WorkspaceSettings
from cmi_core.freshness import fresh_since


def cmi_since(session: Session, workspace_id: int, settings: WorkspaceSettings, now: datetime) -> FreshSince:
    """The instants for all accounts of a workspace, each by the interval that it is rated at."""
    everything = Sight(workspace_id, None, local_day(settings, now))
    spelled = {rule.segment: portfolio.spellings(session, everything, rule.segment) for rule in settings.cadence.rules}
    return FreshSince(
        default=since_for(settings, None, now),
        rules=[
            (
                rule.segment,
                [each for each in spelled[rule.segment] if each.casefold() == rule.value.casefold()],
                since_for(settings, rule.months, now),
            )
            for rule in settings.cadence.rules
        ],
        own={months: since_for(settings, months, now) for months in range(1, LONGEST_INTERVAL + 1)},
    )


def since_for(settings: WorkspaceSettings, months: int | None, now: datetime) -> datetime:
    """From when on a CMI is fresh at an interval in months; None: at the workspace's rhythm."""
    return fresh_since("cmi", now, limits_for(settings, months))
