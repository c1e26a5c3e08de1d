"""Help, and kind answers to what the bot doesn't know."""

import re

from slack_bolt import Ack, App

from bot.flows import accounts, helping
from bot.listeners import account, parsing
from bot.listeners.call import Call
from bot.views import buttons, notes
from bot.views import help as help_text


def command(ack: Ack, call: Call, argument: str) -> None:
    """/cmi help, or /cmi help with a subcommand to hear more of."""
    name = help_text.canonical(parsing.parse(argument).subcommand)
    if name in help_text.SUBCOMMANDS:
        ack(**help_text.usage(name).as_answer())
    else:
        ack(**help_text.render(helping.audience(call.db, call.now(), call.actor, call.settings)).as_answer())


def unknown(ack: Ack, call: Call, typed: parsing.Typed) -> None:
    """For a word that isn't a subcommand: perhaps the name of an account, perhaps a slip of the pen."""
    name = parsing.name(typed.raw)
    found = accounts.find(call.db, call.now(), call.actor, name)
    near = help_text.nearest(typed.subcommand)
    if found.exact or (found.one and not near):
        account.command(ack, call, typed.raw)
        return
    meant = f"{near} {typed.argument}".strip() if near else ""
    matches = (found.one,) if found.one else found.matches
    ack(**help_text.unknown(typed.text, meant, matches).as_answer())


def open_help(ack: Ack, call: Call) -> None:
    """The button "Help"."""
    asking = helping.audience(call.db, call.now(), call.actor, call.settings)
    call.show(help_text.modal(asking), again=buttons.show_help())
    ack()


def stale_button(ack: Ack, call: Call) -> None:
    ack()
    call.tell(notes.stale_button())


def register(app: App) -> None:
    app.action(buttons.HELP)(open_help)


def register_last(app: App) -> None:
    """After all others: whatever button has no listener comes from another version of the bot."""
    app.action(re.compile(".*"))(stale_button)
