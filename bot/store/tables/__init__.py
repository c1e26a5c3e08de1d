"""The tables. Every row belongs to a workspace; what is derived says so; every constraint has a name."""

from bot.store.tables.accounts import Account, AccountEvent, Evidence, LifecycleEvent
from bot.store.tables.base import Base
from bot.store.tables.outbox import UNSAID, Message, Prompt, Sender
from bot.store.tables.placements import Batch, Episode, PlacementRow
from bot.store.tables.ratings import Assessment, Draft, HealthReading
from bot.store.tables.workspaces import (
    Audit,
    ContentPiece,
    FrameworkRow,
    Inbox,
    Person,
    Picture,
    SchemaFloor,
    Upload,
    Workspace,
)

__all__ = [
    "UNSAID",
    "Account",
    "AccountEvent",
    "Assessment",
    "Audit",
    "Base",
    "Batch",
    "ContentPiece",
    "Draft",
    "Episode",
    "Evidence",
    "FrameworkRow",
    "HealthReading",
    "Inbox",
    "LifecycleEvent",
    "Message",
    "Person",
    "Picture",
    "PlacementRow",
    "Prompt",
    "SchemaFloor",
    "Sender",
    "Upload",
    "Workspace",
]
