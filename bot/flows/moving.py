"""Writing many movements at once after a change of configuration: a few statements, whatever the number of accounts.

The counterpart of `placing` for whole portfolios. Called inside the transaction that changes the configuration, under
the lock of the settings; nobody is paged.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, exists, func, insert, literal, null, or_, select, update
from sqlalchemy.orm import Session

from bot.flows.replacing import Derived
from bot.store import messages
from bot.store.bulk import values_table
from bot.store.tables import Account, Episode, Message, PlacementRow
from bot.views.alert import Alert
from bot.workspace_settings import WorkspaceSettings
from cmi_core.movement import Cause


def changed_since(session: Session, workspace_id: int, seen: Mapping[int, int]) -> set[int]:
    """The accounts that are new, whose revision is not the one seen, or that were churned meanwhile."""
    table = Account.__table__.c
    rows = session.execute(
        select(table.id, table.revision).where(table.workspace_id == workspace_id, table.lifecycle != "churned")
    )
    now = {row.id: row.revision for row in rows}
    return {account for account, revision in now.items() if seen.get(account) != revision} | (seen.keys() - now.keys())


def write(
    session: Session,
    now: datetime,
    derived: Sequence[Derived],
    *,
    by: str | None,
    settings_version: int,
    framework_id: int | None,
) -> None:
    """Store new places, and the history of those that changed their cell.

    With `framework_id` the scores were reckoned anew by that version, and are stored too.
    """
    if not derived:
        return
    _update_accounts(session, now, derived, framework_id)
    moved = [each.id for each in derived if each.cell != each.from_cell]
    if not moved:
        return
    ids = values_table(session, "moved", {"id": moved})
    session.execute(
        update(PlacementRow)
        .where(PlacementRow.account_id == ids.c.id, PlacementRow.ended_at.is_(None))
        .values(ended_at=now)
    )
    copied = ("workspace_id", "cell", "cmi", "chs", "cmi_band", "chs_band", "assessment_id", "health_reading_id")
    account = Account.__table__.c
    session.execute(
        insert(PlacementRow).from_select(
            [*copied, "account_id", "cause", "by", "settings_version", "started_at", "steps"],
            select(
                *(account[name] for name in copied),
                account.id,
                literal(Cause.CONFIGURATION.value),
                literal(by),
                literal(settings_version),
                literal(now, PlacementRow.started_at.type),
                literal({}, PlacementRow.steps.type),
            ).where(account.id == ids.c.id),
            include_defaults=False,
        )
    )


def _update_accounts(session: Session, now: datetime, derived: Sequence[Derived], framework_id: int | None) -> None:
    # Few distinct places exist, so each account is sent as two numbers: its id, and which of the places is its.
    codes: dict[tuple[str | None, ...], int] = {}
    coded = [codes.setdefault((each.cell, each.cmi, each.cmi_band, each.chs_band), len(codes)) for each in derived]
    new = values_table(session, "new", {"id": [each.id for each in derived], "code": coded})
    cells, cmis, cmi_bands, chs_bands = zip(*codes, strict=True)
    places = values_table(
        session,
        "places",
        {"code": list(codes.values()), "cell": cells, "cmi": cmis, "cmi_band": cmi_bands, "chs_band": chs_bands},
    )
    account = Account.__table__.c
    values: dict[str, ColumnElement[object] | object] = {
        "cell": places.c.cell,
        "cmi_band": places.c.cmi_band,
        "chs_band": places.c.chs_band,
        "cell_since": case(
            (account.cell.is_not_distinct_from(places.c.cell), account.cell_since),
            (places.c.cell.is_(None), null()),
            else_=literal(now, account.cell_since.type),
        ),
        "revision": account.revision + 1,
    }
    if framework_id is not None:
        values |= {"cmi": places.c.cmi, "complete": places.c.cmi.is_not(None), "framework_id": framework_id}
    session.execute(
        update(Account)
        .where(account.id == new.c.id, places.c.code == new.c.code)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def match_episodes(session: Session, now: datetime, workspace_id: int, settings: WorkspaceSettings) -> None:
    """Make episodes agree with where accounts stand: end and open them silently.

    One that ended within the quiet period goes on, with its thread. Alerts that were sent are changed in place.
    """
    alert_cells = settings.map.alert_cells
    open_ = Episode.ended_at.is_(None)
    mine = Episode.workspace_id == workspace_id
    session.execute(
        update(Episode)
        .where(mine, open_, Episode.account_id == Account.id)
        .where(or_(Account.cell.is_distinct_from(Episode.cell), Episode.cell.not_in(alert_cells)))
        .values(ended_at=now, ended_in=Account.cell)
        .execution_options(synchronize_session=False)
    )
    stands = (
        Account.workspace_id == workspace_id,
        Account.lifecycle != "churned",
        Account.cell.in_(alert_cells),
        ~exists().where(Episode.account_id == Account.id, open_).correlate(Account),
    )
    recent = Episode.ended_at >= now - timedelta(days=settings.quiet_days)
    again = (
        select(func.max(Episode.id))
        .join(Account, Account.id == Episode.account_id)
        .where(*stands, Episode.cell == Account.cell, recent)
        .group_by(Episode.account_id)
    )
    reopened = [row for row in session.scalars(again) if row is not None] if settings.quiet_days else []
    _reopen(session, reopened)
    session.execute(
        insert(Episode).from_select(
            ["workspace_id", "account_id", "cell", "opened_at"],
            select(Account.workspace_id, Account.id, Account.cell, literal(now, Episode.opened_at.type)).where(*stands),
            include_defaults=False,
        )
    )
    _revise_alerts(session, now, workspace_id, reopened)


def _reopen(session: Session, episodes: Sequence[int]) -> None:
    if episodes:
        ids = values_table(session, "reopened", {"id": episodes})
        session.execute(
            update(Episode)
            .where(Episode.id == ids.c.id)
            .values(ended_at=None, ended_in=None)
            .execution_options(synchronize_session=False)
        )


def _revise_alerts(session: Session, now: datetime, workspace_id: int, reopened: Sequence[int]) -> None:
    """Let the alerts of the episodes that ended or go on say so. Their number is that of alerts in Slack: few."""
    is_reopened = Episode.id.in_(reopened) if len(reopened) < 1000 else Episode.ended_at.is_(None)
    rows = session.execute(
        select(Message, Episode.ended_at, Episode.ended_in)
        .join(Episode, Episode.message_id == Message.id)
        .where(Episode.workspace_id == workspace_id, or_(Episode.ended_at == now, is_reopened))
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    )
    for message, ended_at, ended_in in rows.all():
        shown = Alert.model_validate(message.data).model_copy(update={"ended_on": ended_at, "ended_in": ended_in})
        if shown.model_dump(mode="json") != message.data:
            messages.revise(session, message, shown)
