"""To which channel an alert goes: the first of the workspace's rules that fits, else the alert channel."""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.store import people
from bot.store.tables import Account, Episode, Message
from bot.workspace_settings import AlertRoute, WorkspaceSettings


class Router:
    """Finds channels for the alerts of one workspace; each owner's manager is looked up once."""

    def __init__(self, session: Session, workspace_id: int, settings: WorkspaceSettings) -> None:
        self._session, self._workspace_id, self._settings = session, workspace_id, settings
        self._managers: dict[str, str | None] = {}

    def channel(self, account: Account, cell: str) -> str:
        """The channel for the alert of an account in a cell; empty where none is chosen yet: then the alert waits."""
        for route in self._settings.alert_routes:
            if self._fits(route, account, cell):
                return route.channel
        return self._settings.alert_channel or ""

    def _fits(self, route: AlertRoute, account: Account, cell: str) -> bool:
        if route.cell is not None and route.cell != cell:
            return False
        if route.segment and str(account.segments.get(route.segment, "")).casefold() != route.value.casefold():
            return False
        return route.manager is None or self._manager_of(account.owner) == route.manager

    def _manager_of(self, owner: str | None) -> str | None:
        if owner is None:
            return None
        if owner not in self._managers:
            known = people.find(self._session, self._workspace_id, [owner]).get(owner)
            self._managers[owner] = known.manager if known else None
        return self._managers[owner]


def channel_for(session: Session, settings: WorkspaceSettings, account: Account, cell: str) -> str:
    """The same for one alert."""
    return Router(session, account.workspace_id, settings).channel(account, cell)


def send_waiting(session: Session, workspace_id: int, settings: WorkspaceSettings) -> None:
    """After the channels were changed: let alerts that could not be posted so far go where they belong now."""
    router = Router(session, workspace_id, settings)
    rows = session.execute(
        select(Message, Account, Episode.cell)
        .join(Episode, Episode.message_id == Message.id)
        .join(Account, Account.id == Episode.account_id)
        .where(
            Message.workspace_id == workspace_id,
            Message.state == "owed",
            Message.ts.is_(None),
            or_(Message.recipient == "", Message.error != ""),
        )
        .with_for_update(of=Message)
    )
    for message, account, cell in rows.all():
        message.recipient = router.channel(account, cell)
        message.channel, message.error, message.attempts, message.ready_at = None, "", 0, real_now()
        session.execute(
            update(Message)
            .where(Message.thread_of == message.id, Message.workspace_id == workspace_id)
            .values(recipient=message.recipient)
        )
    _send_summaries(session, workspace_id, settings)


def _send_summaries(session: Session, workspace_id: int, settings: WorkspaceSettings) -> None:
    """A summary of many alerts that could not be posted where nothing is posted any more: to the alert channel."""
    if settings.alert_channel is None:
        return
    session.execute(
        update(Message)
        .where(
            Message.workspace_id == workspace_id,
            Message.kind == "batch",
            Message.state == "owed",
            Message.ts.is_(None),
            Message.error != "",
            Message.recipient.not_in([channel for _, channel in settings.channels() if channel]),
        )
        .values(recipient=settings.alert_channel, channel=None, error="", attempts=0, ready_at=real_now())
        .execution_options(synchronize_session=False)
    )
