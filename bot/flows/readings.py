"""Taking a health reading into an account: shared by the health form, the survey's last question and the import."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.store import history
from bot.store.tables import Account, HealthReading
from bot.workspace_settings import WorkspaceSettings
from cmi_core.freshness import counts_on_arrival
from cmi_core.health import Health, Label

TYPED = "typed"
RATED = "questions"
IMPORTED = "import"


def take(
    session: Session,
    now: datetime,
    settings: WorkspaceSettings,
    account: Account,
    health: Health,
    *,
    as_of: datetime,
    source: str,
    by: str | None,
    note: str = "",
    submission: str | None = None,
    components: Mapping[str, object] | None = None,
) -> bool:
    """Store a reading: 0-100, or a label. Gives whether it counts: one older than the present score is history only,
    and so is one of a source that isn't the one that counts.

    The account must be locked. What a source said already for an instant is not stored again; another value for the
    same instant, such as a corrected file's, comes right after it and supersedes it.
    """
    known = history.reading_at(session, account.id, source, as_of)
    if known is not None and known.health == health:
        return False
    if known is not None:
        as_of = known.as_of + timedelta(microseconds=1)
    reading = HealthReading(
        workspace_id=account.workspace_id,
        account_id=account.id,
        value=settings.map.height(health),
        label=label_of(health),
        source=source,
        as_of=as_of,
        components=dict(components or {}),
        note=note,
        submission=submission,
        by=by,
        created_at=now,
    )
    session.add(reading)
    session.flush()
    if account.lifecycle == "churned":  # frozen: kept as history
        return False
    if not counts(now, settings, source, as_of, current=account.chs_on, current_source=account.chs_source):
        return False
    account.chs, account.chs_label = reading.value, reading.label
    account.chs_on, account.chs_source = as_of, source
    account.health_reading_id = reading.id
    return True


def label_of(health: Health) -> Label | None:
    """The label, where it is one: what the columns keep beside a number that stands in for it."""
    return health if isinstance(health, Label) else None


def counts(
    now: datetime,
    settings: WorkspaceSettings,
    source: str,
    as_of: datetime,
    *,
    current: datetime | None = None,
    current_source: str = "",
) -> bool:
    """Whether a reading that arrives becomes the present score, where the `current` one is of that instant."""
    counting = settings.counting_source
    if counting is not None and source != counting:
        return False
    # The source that counts supersedes what another one said before it was chosen, however late that was.
    before = current if counting is None or current_source == counting else None
    return counts_on_arrival("chs", as_of, now, current=before, limits=settings.freshness)
