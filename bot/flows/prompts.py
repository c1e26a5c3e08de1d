"""What becomes of open prompts when their account is rated, put off, or changes hands."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.store import history, messages
from bot.store.tables import Account
from bot.store.tables import Prompt as PromptRow
from bot.store.upsert import insert_once
from bot.views.prompt import Prompt, PromptItem, Role

# In place of a role: whoever was asked said that it isn't theirs any more.
DISOWNED = "disowned"
Change = Callable[[PromptItem], PromptItem | None]


def close(session: Session, now: datetime, account: Account) -> None:
    """The account was rated: its prompts are done, and the messages that asked tick it off."""
    with session.no_autoflush:  # the account goes to the database once, when it has its place too
        found = history.open_prompts(session, account.id)
    for prompt in found:
        prompt.state, prompt.closed_at, prompt.remind_on = "done", now, None
        show(session, prompt, lambda item: item.model_copy(update={"done_on": now}))


def withdraw(session: Session, now: datetime, account: Account) -> None:
    """Nobody is to rate the account any more: the messages that asked drop its line."""
    for prompt in history.open_prompts(session, account.id):
        prompt.state, prompt.closed_at, prompt.remind_on = "withdrawn", now, None
        show(session, prompt, _dropped)


def hand_over(session: Session, today: date, account: Account, to: str, role: Role = "owner") -> int:
    """Somebody else is asked from now on, and hears of it with their next message; the old message drops its line.

    Gives the number of prompts. A colleague's delegation is told on the old message instead.
    """
    found = history.open_prompts(session, account.id)
    for prompt in found:
        if prompt.recipient != to:
            show(session, prompt, _delegated(to) if role == "delegate" else _dropped)
        prompt.recipient, prompt.role, prompt.message_id = to, role, None
        prompt.delegate = to if role == "delegate" else None
        prompt.snoozed_until = None
        prompt.remind_on, prompt.reminders = today, 0  # nobody has reminded this person yet
    return len(found)


def open_of(session: Session, account: Account) -> PromptRow | None:
    """The account's open prompt, for reading."""
    return history.latest_open_prompt(session, account.id)


def open_now(session: Session, today: date, account: Account, to: str, role: Role) -> PromptRow:
    """The account's open prompt; one that nobody was told of yet where it wasn't asked for so far."""
    found = history.open_prompts(session, account.id)
    return found[-1] if found else open_anew(session, today, account, to, role)


def open_anew(session: Session, today: date, account: Account, to: str, role: Role) -> PromptRow:
    """Open the prompt of the account's cycle, due at once and told to nobody yet.

    A cycle's prompt that was withdrawn, or done before the day was set to the same again, is opened again.
    """
    due = account.next_due or today
    cycle = _cycle(session, account, due)
    asked = {"recipient": to, "role": role, "state": "open", "due": due, "asked_on": today, "reminders": 0}
    key = {"account_id": account.id, "cycle": cycle}
    made = insert_once(session, PromptRow, workspace_id=account.workspace_id, **key, **asked, remind_on=today)
    account.ask_on = None
    prompt = history.prompt_of(session, account.id, cycle)
    if made is None:
        for name, value in asked.items():
            setattr(prompt, name, value)
        prompt.remind_on = today
        prompt.message_id = prompt.closed_at = prompt.snoozed_until = prompt.delegate = None
    return prompt


def _cycle(session: Session, account: Account, due: date) -> str:
    """What names an asking: the event that asks before the time, else the day on which the rating is due."""
    event = history.latest_events(session, [account.id]).get(account.id) if account.event_on is not None else None
    return f"event:{event.id}" if event else due.isoformat()


def is_new(prompt: PromptRow) -> bool:
    """What was handed over, or put off until now, is asked for anew: only who was asked before is reminded."""
    snoozed = prompt.snoozed_until
    return prompt.message_id is None or (snoozed is not None and snoozed == prompt.remind_on)


def show(session: Session, prompt: PromptRow, change: Change) -> None:
    """Change the account's line in the message that asked, where there is one; None drops the line."""
    if prompt.message_id is None:
        return
    row = messages.lock(session, prompt.message_id)
    shown = Prompt.model_validate(row.data)
    changed = tuple(
        new
        for item in shown.items
        if (new := change(item) if item.account_id == prompt.account_id else item) is not None
    )
    messages.revise(session, row, shown.model_copy(update={"items": changed}))


def _dropped(_item: PromptItem) -> None:
    return None


def _delegated(to: str) -> Change:
    return lambda item: item.model_copy(update={"delegate": to})
