"""What a workspace's Slack was found to refuse, kept so that not every message has to find out again."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import workspaces
from bot.store.tables import Workspace

NATIVE_CHARTS: Final = "native_charts"
"""Slack's own chart and data table blocks: rolled out workspace by workspace."""
PICTURES: Final = "pictures"
"""Uploading files: an admin may forbid it, or the app may lack the scope."""

# What Slack refuses for want of a roll-out takes weeks to change; what an admin mends should be seen the next day.
ASK_AGAIN = {NATIVE_CHARTS: timedelta(days=7), PICTURES: timedelta(days=1)}


def takes(session: Session, workspace_id: int, ability: str, now: datetime) -> bool:
    """Whether to try it: yes, unless it was refused not long ago."""
    known = session.execute(select(Workspace.abilities).where(Workspace.id == workspace_id)).scalar_one()
    refused = (known.get(ability) or {}).get("refused")
    return refused is None or datetime.fromisoformat(refused) + ASK_AGAIN[ability] <= now


def refused(session: Session, workspace_id: int, ability: str, now: datetime, why: str) -> None:
    """Note that Slack refused it, with its error's code."""
    row = workspaces.lock_settings(session, workspace_id)
    row.abilities = {**row.abilities, ability: {"refused": now.isoformat(), "why": why}}
