"""What becomes of open prompts when their account is rated or changes hands."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.store import history, messages
from bot.store.tables import Account
from bot.views.prompt import Prompt, PromptItem, Role


def close(session: Session, now: datetime, account: Account) -> None:
    """The account was rated: its prompts are done, and the messages that asked tick it off."""
    for prompt in history.open_prompts(session, account.id):
        prompt.state, prompt.closed_at, prompt.remind_on = "done", now, None
        if prompt.message_id is not None:
            _change_items(session, prompt.message_id, account.id, lambda item: item.model_copy(update={"done_on": now}))


def withdraw(session: Session, now: datetime, account: Account) -> None:
    """Nobody is to rate the account any more: the messages that asked drop its line."""
    for prompt in history.open_prompts(session, account.id):
        prompt.state, prompt.closed_at, prompt.remind_on = "withdrawn", now, None
        if prompt.message_id is not None:
            _change_items(session, prompt.message_id, account.id, lambda _: None)


def hand_over(session: Session, today: date, account: Account, to: str, role: Role = "owner") -> None:
    """Somebody else is asked from now on, and hears of it with their next message; the old message drops its line."""
    for prompt in history.open_prompts(session, account.id):
        if prompt.message_id is not None and prompt.recipient != to:
            _change_items(session, prompt.message_id, account.id, lambda _: None)
        prompt.recipient, prompt.role, prompt.message_id = to, role, None
        prompt.remind_on, prompt.reminders = today, 0  # nobody has reminded this person yet


def _change_items(
    session: Session, message_id: int, account_id: int, change: Callable[[PromptItem], PromptItem | None]
) -> None:
    row = messages.lock(session, message_id)
    shown = Prompt.model_validate(row.data)
    changed = tuple(
        new for item in shown.items if (new := change(item) if item.account_id == account_id else item) is not None
    )
    messages.revise(session, row, shown.model_copy(update={"items": changed}))
