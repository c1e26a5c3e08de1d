"""Having somebody asked again, from the digest of what stayed unrated."""

from slack_bolt import Ack, App

from bot.flows import nudging
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, notes
from bot.views.text import count, mention


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Ask again"."""
    owner = str(action.get("value") or "")
    accounts = nudging.ask_again(call.db, call.now(), call.actor, owner)
    text = f"{mention(owner)} is asked again about {count(accounts, 'account')}, in their working hours."
    call.tell(notes.note(text if accounts else "Nothing is left to ask again: rated, put off, or asked again already."))
    ack()


def register(app: App) -> None:
    app.action(buttons.ASK_AGAIN)(press)
