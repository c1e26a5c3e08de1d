"""/cmi: which of its conversations is meant."""

from collections.abc import Callable, Mapping

from slack_bolt import Ack, App

from bot.listeners import (
    account,
    assign,
    due,
    explain,
    health,
    helping,
    movers,
    new,
    parsing,
    portfolio,
    score,
    settings,
    whatif,
)
from bot.listeners.call import Call
from bot.listeners.reply import Body

COMMAND = "/cmi"
Subcommand = Callable[[Ack, Call, str], None]

SUBCOMMANDS: Mapping[str, Subcommand] = {
    "": helping.command,
    "help": helping.command,
    "new": new.command,
    "score": score.command,
    "health": health.command,
    "account": account.command,
    "assign": assign.command,
    "explain": explain.command,
    "history": explain.history_command,
    "due": due.command,
    "portfolio": portfolio.command,
    "movers": movers.command,
    "whatif": whatif.command,
    "settings": settings.command,
}


def run(ack: Ack, command: Body, call: Call) -> None:
    """Hand the rest of the line to the subcommand; what isn't one is answered with help and the nearest that is."""
    typed = parsing.parse(command.get("text") or "")
    subcommand = SUBCOMMANDS.get(typed.subcommand)
    if subcommand is None:
        helping.unknown(ack, typed.text)
    else:
        subcommand(ack, call, typed.argument)


def register(app: App) -> None:
    app.command(COMMAND)(run)
