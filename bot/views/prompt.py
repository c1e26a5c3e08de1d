"""The reassessment prompt: one message to one person about all accounts that are due, ticked off as they are rated."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Literal

from bot.views import blocks, buttons, limits
from bot.views.cells import cell_name
from bot.views.message import Block, Data, Message, message
from bot.views.text import cmi_text, count, day, inert, owner_text, without_bold

Role = Literal["owner", "cover", "manager", "fallback"]


class PromptItem(Data):
    """One account that is due. ``done_on`` is set once rated; ``health_stale_days`` where its health is too old.

    ``renewable`` is the assessment that one click confirms as unchanged, None where that isn't offered.
    """

    account_id: int
    name: str
    owner: str | None = None
    due: date
    cmi: Fraction | None = None
    cmi_on: datetime | None = None
    cell: str | None = None
    health_stale_days: int | None = None
    renewable: int | None = None
    done_on: datetime | None = None
    new: bool = True


class Prompt(Data):
    """What one person is asked. ``reminder`` is 0 for the first asking; ``more`` counts accounts not in ``items``."""

    recipient: str
    role: Role = "owner"
    items: tuple[PromptItem, ...]
    reminder: int = 0
    more: int = 0

    @property
    def open(self) -> tuple[PromptItem, ...]:
        return tuple(item for item in self.items if item.done_on is None)


_WHY: dict[Role, str] = {
    "owner": "",
    "cover": "You are asked because you cover for the owner.",
    "manager": "You are asked because the owner is away or no longer here.",
    "fallback": "This channel is asked because these accounts have nobody else to ask.",
}


def render(prompt: Prompt) -> Message:
    """The message as it stands now: open accounts with a button each, finished ones ticked off."""
    shown = prompt.items[: limits.PROMPT_ITEMS]
    hidden = prompt.more + len(prompt.items) - len(shown)
    intro, closing = _intro(prompt, len(prompt.open) + hidden), _closing(hidden)
    body = [blocks.section(intro), *(block for item in shown for block in _blocks(item, prompt.role))]
    if closing:
        body.append(blocks.context(closing))
    lines = [item_text(item, owner=prompt.role != "owner") for item in shown]
    return message(without_bold("\n".join(filter(None, [intro, *lines, closing]))), body)


def item_text(item: PromptItem, *, owner: bool) -> str:
    """One account in a list, as mrkdwn; with its owner where the list goes to somebody else."""
    name = f"*{inert(item.name)}*"
    if item.done_on:
        return f"✓ {name}: rated {day(item.done_on)}"
    facts = [f"due {day(item.due)}", _last(item)]
    if item.health_stale_days is not None:
        facts.append(f"health is {count(item.health_stale_days, 'day')} old")
    if owner:
        facts.append(f"owner: {owner_text(item.owner)}")
    return f"{name}: {', '.join(facts)}"


def _last(item: PromptItem) -> str:
    if item.cmi is None:
        return "last rating incomplete" if item.cmi_on else "not rated yet"
    place = f", {cell_name(item.cell)}" if item.cell else ""
    when = f" on {day(item.cmi_on)}" if item.cmi_on else ""
    return f"last CMI {cmi_text(item.cmi)}{when}{place}"


def _intro(prompt: Prompt, open_count: int) -> str:
    if open_count == 0:
        return "All done, thank you. Nothing is left to rate here."
    accounts = count(open_count, "account")
    first = f"{accounts} {'is' if open_count == 1 else 'are'} due for a new rating. A rating takes about two minutes."
    again = f"A reminder: {accounts} {'is' if open_count == 1 else 'are'} still waiting for a new rating."
    return " ".join(filter(None, [again if prompt.reminder else first, _WHY[prompt.role]]))


def _closing(hidden: int) -> str:
    return f"{count(hidden, 'more account')} not shown here. See all of yours with /cmi due." if hidden > 0 else ""


def _blocks(item: PromptItem, role: Role) -> list[Block]:
    text = item_text(item, owner=role != "owner")
    if item.done_on:
        return [blocks.section(text)]
    rate = buttons.rate(item.account_id, item.name)
    if item.renewable is None:
        return [blocks.section(text, rate)]
    renew = buttons.renew(item.account_id, item.name, item.renewable)
    return [blocks.section(text), blocks.actions(rate, renew)]


def example() -> Prompt:
    return Prompt(
        recipient="U01ANNA",
        items=(
            PromptItem(
                account_id=7,
                name="Acme, Inc.",
                owner="U01ANNA",
                due=date(2026, 11, 12),
                cmi=Fraction(12, 5),
                cmi_on=datetime(2026, 8, 12, 9, tzinfo=UTC),
                cell="let_churn",
                health_stale_days=104,
                renewable=33,
            ),
            PromptItem(account_id=8, name="Globex", owner="U01ANNA", due=date(2026, 11, 12)),
            PromptItem(
                account_id=9,
                name="Initech",
                owner="U01ANNA",
                due=date(2026, 11, 10),
                done_on=datetime(2026, 11, 12, 9, tzinfo=UTC),
            ),
        ),
        more=2,
    )
