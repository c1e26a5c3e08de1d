"""What is checked before anything runs. Each trouble becomes one line that says what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Busy, StartupError
from bot.flows import channels, workspaces
from bot.slack import Kind, meaning
from bot.store import schema
from bot.store import workspaces as workspace_store
from bot.store.database import Database

REQUIRED_SCOPES = ("commands", "chat:write", "im:write", "channels:read", "groups:read", "users:read")
USEFUL_SCOPES = {
    "im:history": "a message whose delivery is in doubt may be repeated",
    "channels:history": "an alert whose delivery is in doubt may be repeated",
    "groups:history": "an alert in a private channel whose delivery is in doubt may be repeated",
}


@dataclass(frozen=True)
class Identity:
    """Who the bot is, by `auth.test`: asked once at the start, never again. `scopes` is None where Slack didn't say."""

    team: str
    team_name: str
    enterprise: str | None
    bot_user: str
    bot: str | None
    scopes: frozenset[str] | None


def open_database(url: str, *, may_create: bool = True, patience: float = 8.0) -> Database:
    """The database, at the version that this program needs; a new SQLite file is made on the spot.

    `patience` is how many seconds another program's lock is waited for.
    """
    db: Database | None = None
    try:
        db = Database(url)
        schema.require_current(db.engine, may_create=may_create and db.sqlite)
        with db.write(patience) as session:
            session.execute(text("SELECT 1"))
    except Exception as error:
        if db is not None:
            db.close()
        raise _unusable(error) from error
    return db


def _unusable(error: Exception) -> Exception:
    """Why the database can't be opened, as the line that an operator reads."""
    if isinstance(error, Busy) or "database is locked" in str(error):
        return StartupError("The database is locked by another program: stop what uses the file, then start again.")
    if isinstance(error, (SQLAlchemyError, ValueError, ImportError)):
        return StartupError(f"The database can't be reached ({_first_line(error)}): check DATABASE_URL.")
    return error


def migrate(url: str) -> str:
    """Bring the database to this version. Gives a sentence on what was done."""
    try:
        db = Database(url)
        try:
            before = schema.current_revision(db.engine)
            schema.migrate(db.engine)
            after = schema.current_revision(db.engine)
        finally:
            db.close()
    except Exception as error:
        raise _unusable(error) from None
    return f"The database is at migration {after}" + ("." if before == after else f" (was {before or 'empty'}).")


def identify(client: WebClient) -> Identity:
    """Ask Slack who we are; a wrong token and missing scopes are said here."""
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        means = meaning(error)
        if means.kind is Kind.BAD_TOKEN:
            raise StartupError(
                f"Slack does not accept SLACK_BOT_TOKEN ({means.code}): copy it again from your app's page, "
                "or reinstall the app."
            ) from None
        raise StartupError(f"Slack answered “{means.code}” to the first call: try again in a minute.") from None
    except OSError as error:
        raise StartupError(
            f"Slack can't be reached at {client.base_url} ({_first_line(error)}): check the network and SLACK_API_URL."
        ) from None
    granted = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), None)
    scopes = None if granted is None else frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
    missing = [scope for scope in REQUIRED_SCOPES if scopes is not None and scope not in scopes]
    if missing:
        raise StartupError(
            f"The app lacks the scopes {', '.join(missing)}: add them under “OAuth & Permissions” "
            "(or update the app from manifest.yaml), then reinstall it."
        )
    return Identity(
        team=answer["team_id"],
        team_name=answer.get("team", ""),
        enterprise=answer.get("enterprise_id"),
        bot_user=answer["user_id"],
        bot=answer.get("bot_id"),
        scopes=scopes,
    )


def connect(socket: SocketModeHandler) -> None:
    """Open the Socket Mode connection; a wrong app-level token is said here."""
    said_twice = socket.client.logger
    said_twice.disabled = True
    try:
        socket.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except SlackApiError as error:
        code = meaning(error).code
        raise StartupError(
            f"Slack does not open a Socket Mode connection ({code}): copy SLACK_APP_TOKEN again from “Basic "
            "Information” (it needs the scope connections:write), and see that Socket Mode is on."
        ) from None
    except OSError as error:
        raise StartupError(
            f"Slack's Socket Mode can't be reached ({_first_line(error)}): check the network, then start again."
        ) from None
    finally:
        said_twice.disabled = False


def hang_up(socket: SocketModeHandler) -> None:
    """Answer what was taken over the connection while it is still there, then close it.

    Left to itself the client closes first, and what it was just doing can't be acknowledged any more.
    """
    client = socket.client
    client.closed = True
    client.message_queue.put(None)  # it waits up to a second for a message before it looks whether it is closed
    if client.message_processor.is_alive():
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    client.message_workers.shutdown(wait=True)
    socket.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


def register(db: Database, now: datetime, identity: Identity) -> int:
    """The workspace's row. Gives our id of it."""
    try:
        return workspaces.register(db, now, identity.team, identity.team_name)
    except Busy:
        raise StartupError("The database is locked by another program: stop what uses it, then start again.") from None


def check_channels(db: Database, client: WebClient, workspace_id: int) -> None:
    """Refuse to start while a chosen channel can't be posted to: its alerts would wait unseen."""
    with db.read() as session:
        settings = workspace_store.settings_of(session, workspace_id)
    for name, channel in settings.channels():
        trouble = channels.trouble(client, channel) if channel else None
        if trouble is not None:
            raise StartupError(
                f"The {name} channel {channel} can't be used: {trouble} "
                "Or start with --skip-channel-check and choose another in /cmi settings."
            )


def database_check(db: Database) -> Callable[[], str | None]:
    """For /readyz: whether the database answers."""

    def check() -> str | None:
        try:
            with db.read() as session:
                session.execute(text("SELECT id FROM workspaces LIMIT 1"))  # SQLite answers "SELECT 1" without its file
        except SQLAlchemyError as error:
            return _first_line(error)
        return None

    return check


def _first_line(error: Exception) -> str:
    original = getattr(error, "orig", None) or getattr(error, "reason", None) or error
    return str(original).strip().splitlines()[0][:200] if str(original).strip() else type(original).__name__
