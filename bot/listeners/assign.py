"""Giving accounts to an owner: one, several, or all that somebody owns."""

from slack_bolt import Ack, App

from bot.flows import accounts, handing_over
from bot.listeners import button_value, checking, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import assign_form, buttons, hand_over, notes
from bot.views.message import Block, Message


def command(ack: Ack, call: Call, argument: str) -> None:
    """`/cmi assign Acme @anna`, `/cmi assign @old @new`; without a person the window opens."""
    people = parsing.people(argument)
    if len(people) == 2:
        _ask(ack, call, *people)
        return
    name, owner = parsing.name_and_person(argument)
    found = accounts.find(call.db, call.now(), call.actor, name)
    if found.exact and owner:
        account_id, before = found.exact.account_id, found.exact.owner
        checking.answer_command(ack, call, owner, lambda: _assigned(call, account_id, owner, before))
    elif found.one:
        again = buttons.assign(found.one.account_id, found.one.name)
        call.show(assign_form.build(found.one, owner), again=again)
        ack()
    elif name:
        ack(**notes.not_found("assign", name, found.matches).as_answer())
    else:
        call.show(assign_form.build(owner=owner), again=buttons.pick("assign"))
        ack()


def _assigned(call: Call, account_id: int, owner: str, before: str | None) -> Message:
    given = handing_over.assign(call.db, call.now(), call.actor, account_id, owner)
    call.refresh_home(account_id, before)
    return notes.assigned(given)


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Assign"."""
    standing = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action)).standing
    again = buttons.assign(standing.account_id, standing.name)
    call.show(assign_form.build(standing), again=again)
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = assign_form.parse(view)
    if entered.errors or entered.owner is None:
        ack(response_action="errors", errors=entered.errors)
        return
    ids, owner = entered.accounts, entered.owner
    checking.answer_form(
        ack, call, owner, lambda: _assign(call, ids, owner), block_of=assign_form.block_of, field="owner"
    )


def _assign(call: Call, ids: tuple[int, ...], owner: str) -> Block:
    given = handing_over.assign_some(call.db, call.now(), call.actor, ids, owner)
    call.refresh_home(None, owner, *given.before)
    return hand_over.done_modal(given)


def _ask(ack: Ack, call: Call, old: str, new: str) -> None:
    """Show what would go from one person to another, once Slack has said who the new one is."""
    call.show_when_ready("Hand over accounts", lambda: _preview(call, old, new), again=buttons.hand_over(old, new))
    ack()


def press_hand_over(ack: Ack, action: Body, call: Call) -> None:
    """The button that opens the question, or where nobody is named yet the form that asks who gets the accounts."""
    old, new = hand_over.pair(str(action.get("value") or ""))
    if new:
        _ask(ack, call, old, new)
        return
    call.show(hand_over.choose(handing_over.owned(call.db, call.actor, old)), again=buttons.hand_over(old))
    ack()


def _preview(call: Call, old: str, new: str) -> Block:
    trouble = checking.trouble(call, new)
    if trouble:
        return notes.note_modal(trouble)
    return hand_over.build(handing_over.preview(call.db, call.actor, old, new))


def submit_hand_over(ack: Ack, view: Body, call: Call) -> None:
    old, new = hand_over.parse(view)
    call.answer_form(ack, lambda: _hand_over(call, old, new), meanwhile=notes.loading_modal("Hand over accounts"))


def submit_choice(ack: Ack, view: Body, call: Call) -> None:
    """The form that asks who gets all accounts of somebody."""
    chosen = hand_over.chosen(view)
    old, new = chosen.old, chosen.new
    if new is None:
        ack(response_action="errors", errors={hand_over.block_of("owner"): "Please choose who gets the accounts."})
        return
    checking.answer_form(ack, call, new, lambda: _hand_over(call, old, new), block_of=hand_over.block_of, field="owner")


def _hand_over(call: Call, old: str, new: str) -> Block:
    given = handing_over.hand_over(call.db, call.now(), call.actor, old, new)
    call.refresh_home(None, old, new)
    return hand_over.done_modal(given)


def register(app: App) -> None:
    app.action(buttons.ASSIGN)(press)
    app.action(buttons.HAND_OVER)(press_hand_over)
    app.view(assign_form.CALLBACK)(submit)
    app.view(hand_over.CALLBACK)(submit_hand_over)
    app.view(hand_over.CHOOSE)(submit_choice)
