"""Asking Slack who somebody is, before they become an owner, a cover or a delegate."""

from collections.abc import Callable
from concurrent.futures import TimeoutError as TooSlow

from slack_bolt import Ack

from bot.errors import FieldError, UserError
from bot.flows import people
from bot.listeners.call import FORM_SECONDS, Call
from bot.views import notes
from bot.views.message import Block, Message


def answer_form(
    ack: Ack, call: Call, user: str | None, work: Callable[[], Block], *, block_of: Callable[[str], str], field: str
) -> None:
    """Answer a form with the view that `work` gives, or with what stands against it under its field.

    `user` is whom the form names in `field`, if anybody. Where Slack is slow, the answer comes into the window later.
    """
    check = call.deps.later.ask(lambda: trouble(call, user))
    try:
        problem = check.result(FORM_SECONDS)
    except TooSlow:
        call.finish(lambda: _after(check.result(), work))
        ack(response_action="update", view=notes.loading_modal("One moment"))
        return
    if problem:
        ack(response_action="errors", errors={block_of(field): problem})
        return
    try:
        view = work()
    except FieldError as error:
        ack(response_action="errors", errors={block_of(error.field): error.text})
        return
    ack(response_action="update", view=view)


def answer_command(ack: Ack, call: Call, user: str, work: Callable[[], Message]) -> None:
    """Answer a command that names somebody: at once where they are known, else when Slack has said who they are."""
    if people.is_known(call.db, call.now(), call.actor.workspace_id, user):
        ack(**work().as_answer())
        return
    call.later(lambda: call.tell(_said(trouble(call, user), work)))
    ack()


def trouble(call: Call, user: str | None) -> str | None:
    """What stands against somebody, by Slack; None: nothing."""
    if user is None:
        return None
    return people.trouble(call.db, call.now(), call.client, call.actor.workspace_id, user)


def _after(problem: str | None, work: Callable[[], Block]) -> Block:
    if problem:
        raise UserError(problem)
    return work()


def _said(problem: str | None, work: Callable[[], Message]) -> Message:
    return notes.note(problem) if problem else work()
