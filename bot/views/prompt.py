"""The reassessment prompt: one message to one person about all accounts that are due, ticked off as they are rated."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Literal

from bot.views import blocks, buttons, event_form, limits
from bot.views.cells import cell_name
from bot.views.message import Block, Data, Message, message
from bot.views.text import cmi_text, count, day, inert, mention, owner_text, without_bold

Role = Literal["owner", "cover", "delegate", "manager", "fallback"]


class PromptItem(Data):
    """One account that is due. ``done_on`` is set once rated; ``health_stale_days`` where its health is too old.

    ``renewable`` is the assessment that one click confirms as unchanged, None where that isn't offered. ``role`` is why
    this person is asked for it, by default the message's. ``snoozed_until`` says that it was put off, ``delegate`` whom
    they asked to rate it this once, ``disowned_to`` who was told that it isn't theirs (a person or a channel).
    ``event`` is what changed at the customer (a key of `event_form.KINDS`) where that asks before the time.
    ``orphan``: whoever was asked said that it isn't theirs, and it has no other owner yet.
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
    role: Role | None = None
    snoozed_until: date | None = None
    delegate: str | None = None
    disowned_to: str | None = None
    orphan: bool = False
    event: str | None = None
    event_on: date | None = None
    event_note: str = ""

    @property
    def waits(self) -> bool:
        """Whether this person still has to do something about it."""
        return not any((self.done_on, self.snoozed_until, self.delegate, self.disowned_to))


class Prompt(Data):
    """What one person is asked. ``reminder`` is 0 for the first asking; ``more`` counts accounts not in ``items``."""

    recipient: str
    role: Role = "owner"
    items: tuple[PromptItem, ...]
    reminder: int = 0
    more: int = 0

    @property
    def open(self) -> tuple[PromptItem, ...]:
        return tuple(item for item in self.items if item.waits)


_WHY: dict[Role, str] = {
    "owner": "",
    "cover": "You are asked because you cover for the owner.",
    "delegate": "A colleague asks you to rate it this once.",
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
    lines = [item_text(item, owner=_role(item, prompt.role) != "owner") for item in shown]
    return message(without_bold("\n".join(filter(None, [intro, *lines, closing]))), body)


def item_text(item: PromptItem, *, owner: bool) -> str:
    """One account in a list, as mrkdwn; with its owner where the list goes to somebody else."""
    name = f"*{inert(item.name)}*"
    settled = _settled(item)
    if settled:
        return f"✓ {name}: {settled}" if item.done_on else f"{name}: {settled}"
    never = item.cmi_on is None and item.cmi is None
    why = _event(item) if item.event else f"due {day(item.due)}"
    facts = [_last(item)] if never and not item.event else [why, _last(item)]
    if item.health_stale_days is not None:
        facts.append(f"health is {count(item.health_stale_days, 'day')} old")
    if item.orphan:
        facts.append("said not to be theirs any more: please give it to somebody")
    if owner:
        facts.append(f"owner: {owner_text(item.owner)}")
    return f"{name}: {', '.join(facts)}"


def _event(item: PromptItem) -> str:
    """What changed, in place of the day on which the rating would be due."""
    note = f" (“{inert(item.event_note)}”)" if item.event_note else ""
    return f"{event_form.words(item.event or '')} on {day(item.event_on)}{note}"


def _settled(item: PromptItem) -> str:
    """What became of it; empty while it waits."""
    if item.done_on:
        return f"rated {day(item.done_on)}"
    if item.snoozed_until:
        return f"put off until {day(item.snoozed_until)}"
    if item.delegate:
        return f"{mention(item.delegate)} is asked to rate it this once"
    if item.disowned_to:
        return f"not yours any more; {told(item.disowned_to)} was told"
    return ""


def told(recipient: str) -> str:
    """Whom a message went to: a person by their mention, a channel by what it is for."""
    return mention(recipient) if recipient[:1] in ("U", "W") else "the fallback channel"


def _role(item: PromptItem, otherwise: Role) -> Role:
    return item.role or otherwise


def _last(item: PromptItem) -> str:
    if item.cmi is None:
        return "last rating incomplete" if item.cmi_on else "not rated yet"
    place = f", {cell_name(item.cell)}" if item.cell else ""
    when = f" on {day(item.cmi_on)}" if item.cmi_on else ""
    return f"last CMI {cmi_text(item.cmi)}{when}{place}"


def _intro(prompt: Prompt, open_count: int) -> str:
    if open_count == 0:
        done = all(item.done_on for item in prompt.items)
        return "All done, thank you. Nothing is left to rate here." if done else "Nothing is left to rate here for now."
    accounts = count(open_count, "account")
    first = f"{accounts} {'is' if open_count == 1 else 'are'} due for a new rating. A rating takes about two minutes."
    again = f"A reminder: {accounts} {'is' if open_count == 1 else 'are'} still waiting for a new rating."
    roles = {_role(item, prompt.role) for item in prompt.open} or {prompt.role}
    why = _WHY[roles.pop()] if len(roles) == 1 else "Some are asked of you in the place of their owner."
    return " ".join(filter(None, [again if prompt.reminder else first, why]))


def _closing(hidden: int) -> str:
    return f"{count(hidden, 'more account')} not shown here. See all of yours with /cmi due." if hidden > 0 else ""


def _blocks(item: PromptItem, role: Role) -> list[Block]:
    asked_as = _role(item, role)
    text = item_text(item, owner=asked_as != "owner")
    if item.done_on or item.delegate or item.disowned_to:
        return [blocks.section(text)]
    account = (item.account_id, item.name)
    shown = [buttons.rate(*account)]
    if item.snoozed_until:
        return [blocks.section(text), blocks.actions(*shown)]
    if item.renewable is not None:
        shown.append(buttons.renew(*account, item.renewable))
    if asked_as != "fallback":
        shown.append(buttons.not_now(*account))
    return [blocks.section(text), blocks.actions(*shown)]


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
            PromptItem(
                account_id=8,
                name="Globex",
                owner="U01ANNA",
                due=date(2026, 11, 12),
                event="executive",
                event_on=date(2026, 11, 9),
                event_note="A new COO from Initech",
            ),
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
