"""/cmi: which of its conversations is meant."""

import json
from collections.abc import Callable, Mapping

from slack_bolt import Ack, App

from bot.listeners import (
    account,
    assign,
    away,
    cover,
    due,
    explain,
    exporting,
    health,
    helping,
    importing,
    movers,
    new,
    not_now,
    parsing,
    portfolio,
    score,
    settings,
    whatif,
)
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons
from bot.views import help as help_text
from bot.views.message import Message

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
    "cover": cover.command,
    "snooze": not_now.command,
    "away": away.command,
    "back": away.back,
    "explain": explain.command,
    "history": explain.history_command,
    "due": due.command,
    "portfolio": portfolio.command,
    "movers": movers.command,
    "whatif": whatif.command,
    "import": importing.command,
    "export": exporting.command,
    "settings": settings.command,
}


def run(ack: Ack, command: Body, call: Call) -> None:
    """What was typed after /cmi."""
    _run(ack, call, command.get("text") or "")


def press(ack: Ack, action: Body, call: Call) -> None:
    """The buttons that run a command; what it would answer, the person who pressed is told."""
    inner = Ack()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    _run(inner, call, str(action.get("value") or ""))
    answer = json.loads(inner.response.body or "{}") if inner.response else {}
    if answer.get("text"):
        call.tell(Message(answer["text"], answer.get("blocks", [])))
    ack()


def _run(ack: Ack, call: Call, text: str) -> None:
    """Hand the rest of the line to the subcommand; what isn't one is answered with the nearest that is."""
    typed = parsing.parse(text)
    name = help_text.canonical(typed.subcommand)
    subcommand = SUBCOMMANDS.get(name)
    if subcommand is None:
        helping.unknown(ack, call, typed)
    elif name and typed.argument.casefold() in ("help", "?"):
        helping.command(ack, call, name)
    else:
        subcommand(ack, call, typed.argument)


def register(app: App) -> None:
    app.command(COMMAND)(run)
    app.action(buttons.RUN)(press)
