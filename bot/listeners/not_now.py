"""Not now: the button on a prompt, and /cmi snooze."""

from slack_bolt import Ack, App

from bot.flows import absence, accounts, putting_off
from bot.listeners import button_value, checking, dates, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, not_now_form, notes, picker
from bot.views.message import Block
from bot.views.not_now_form import NotNowEntry


def command(ack: Ack, call: Call, argument: str) -> None:
    """`/cmi snooze Acme until 1 Dec`; without a day the window opens."""
    now = call.now()
    today = absence.today(call.db, now, call.actor, call.actor.user)
    name = parsing.name(argument)
    exact = accounts.find(call.db, now, call.actor, name).exact if name else None
    words, until = (name, None) if exact else dates.split(parsing.unescape(argument), today)
    found = accounts.find(call.db, now, call.actor, parsing.name(words))
    if found.exact and until:
        put_off = putting_off.snooze(call.db, now, call.actor, found.exact.account_id, until)
        ack(**not_now_form.snoozed(put_off).as_answer())
        call.refresh_home(found.exact.account_id)
    elif found.one:
        _open(call, found.one.account_id)
        ack()
    elif words:
        ack(**notes.not_found("snooze", parsing.name(words), found.matches).as_answer())
    else:
        call.show(picker.build("snooze", matches=found.matches), again=buttons.pick("snooze"))
        ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Not now…"."""
    _open(call, button_value.account_id(action))
    ack()


def _open(call: Call, account_id: int) -> None:
    form = putting_off.read(call.db, call.now(), call.actor, account_id)
    call.show(not_now_form.build(form), again=buttons.not_now(form.account_id, form.name))


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = not_now_form.parse(view)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return
    person = entered.to if entered.what == "delegate" else None
    checking.answer_form(ack, call, person, lambda: _do(call, entered), block_of=not_now_form.block_of, field="to")


def _do(call: Call, entered: NotNowEntry) -> Block:
    now, account = call.now(), entered.account_id
    if entered.what == "snooze" and entered.until:
        answer = not_now_form.snoozed(putting_off.snooze(call.db, now, call.actor, account, entered.until))
    elif entered.what == "delegate" and entered.to:
        answer = not_now_form.delegated(putting_off.delegate(call.db, now, call.actor, account, entered.to), entered.to)
    else:
        answer = not_now_form.disowned(*putting_off.disown(call.db, now, call.actor, account))
    call.refresh_home(account)
    return not_now_form.done_modal(answer)


def register(app: App) -> None:
    app.action(buttons.NOT_NOW)(press)
    app.view(not_now_form.CALLBACK)(submit)
