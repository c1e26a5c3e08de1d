"""Help, and kind answers to what the bot doesn't know."""

import re

from slack_bolt import Ack, App

from bot.listeners.call import Call
from bot.views import buttons, notes
from bot.views import help as help_text


def command(ack: Ack, _call: Call, _argument: str) -> None:
    ack(**help_text.render().as_answer())


def unknown(ack: Ack, typed: str) -> None:
    """For a word that isn't a subcommand."""
    ack(**help_text.render(typed).as_answer())


def open_help(ack: Ack, call: Call) -> None:
    ack()
    call.show(help_text.modal(), again=buttons.show_help())


def stale_button(ack: Ack, call: Call) -> None:
    ack()
    call.tell(notes.stale_button())


def register(app: App) -> None:
    app.action(buttons.HELP)(open_help)


def register_last(app: App) -> None:
    """After all others: whatever button has no listener comes from another version of the bot."""
    app.action(re.compile(".*"))(stale_button)
