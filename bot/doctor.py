"""`cmi-bot doctor`: what is missing, and how to mend it, in one look."""

from slack_sdk import WebClient

from bot import startup
from bot.errors import StartupError
from bot.flows import channels
from bot.settings import Settings
from bot.slack import make_client
from bot.store import workspaces
from bot.store.database import Database


def examine(settings: Settings) -> int:
    """Print a line for each thing looked at. Gives 1 if something keeps the bot from working."""
    trouble = 0

    def say(good: bool, line: str) -> None:
        nonlocal trouble
        trouble += not good
        print(f"{'ok     ' if good else 'TROUBLE'}  {line}")

    try:
        settings.require_tokens()
        say(True, "Tokens are set.")
    except StartupError as error:
        say(False, str(error))
    db: Database | None = None
    try:
        db = startup.open_database(settings.database_url, may_create=False)
        say(True, "The database answers and is at this version.")
    except StartupError as error:
        say(False, str(error))
    client = make_client(settings.slack_bot_token, settings.slack_api_url, timeout=settings.slack_seconds)
    try:
        identity = startup.identify(client)
    except StartupError as error:
        say(False, str(error))
        return 1
    say(True, f"Slack knows the bot, in the workspace {identity.team_name}.")
    for scope, lost in startup.USEFUL_SCOPES.items():
        if identity.scopes is not None and scope not in identity.scopes:
            print(f"note     Without the scope {scope} the bot works, but {lost}.")
    if db is not None:
        for line in _channels(db, client, identity.team):
            say(False, line)
        db.close()
    return 1 if trouble else 0


def _channels(db: Database, client: WebClient, team: str) -> list[str]:
    with db.read() as session:
        row = workspaces.by_team(session, team)
        if row is None:
            return []
        settings = workspaces.settings_of(session, row.id)
    lines = list(settings.gaps())
    for name, channel in settings.channels():
        wrong = channels.trouble(client, channel) if channel else None
        if wrong:
            lines.append(f"The {name} channel {channel}: {wrong}")
    return lines
