"""Reading what was changed."""

from slack_bolt import Ack, App

from bot.flows import auditing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import audit_log, buttons


def press(ack: Ack, call: Call) -> None:
    """The button "What was changed" of the settings."""
    _show(call, "all", 0)
    ack()


def choose(ack: Ack, action: Body, call: Call) -> None:
    """The menu of kinds."""
    _show(call, *audit_log.read((action.get("selected_option") or {}).get("value")))
    ack()


def turn(ack: Ack, action: Body, call: Call) -> None:
    """The buttons "Newer" and "Older"."""
    _show(call, *audit_log.read(action.get("value")))
    ack()


def _show(call: Call, kind: audit_log.Kind, page: int) -> None:
    call.show(audit_log.build(auditing.page(call.db, call.actor, kind, page)), again=buttons.audit())


def register(app: App) -> None:
    app.action(buttons.AUDIT)(press)
    app.action(audit_log.KIND)(choose)
    app.action(audit_log.NEWER)(turn)
    app.action(audit_log.OLDER)(turn)
