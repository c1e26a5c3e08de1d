"""The window behind “More…” on an account's card: everything else that can be done, each with a line that says what."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.views import blocks, buttons
from bot.views.card import Card
from bot.views.message import Block

CALLBACK = "more"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the window. `button` takes the account's id and name; `shown` tells whether the card calls for it."""

    text: str
    button: Callable[[int, str], Block]
    shown: Callable[[Card], bool] = lambda _card: True


def _is(subject: str) -> Callable[[Card], bool]:
    return lambda card: card.standing.subject == subject


def _rated(card: Card) -> bool:
    return card.standing.cmi_on is not None and card.standing.churned_on is None


def _rated_customer(card: Card) -> bool:
    return _rated(card) and card.standing.subject != "team"


def _on_the_map(card: Card) -> bool:
    return card.standing.cell is not None


def _overridden(card: Card) -> bool:
    return card.standing.override is not None


def _owned(card: Card) -> bool:
    return card.standing.owner is not None and card.standing.churned_on is None


def _asked_about(card: Card) -> bool:
    return card.standing.next_due is not None and card.standing.subject != "prospect"


ENTRIES: tuple[Entry, ...] = (
    Entry("*Customer*: it has bought, and gets a place on the map.", buttons.turn_into_customer, _is("prospect")),
    Entry("*Figures*: its lifetime value and gross margin.", buttons.figures, _is("customer")),
    Entry("*History*: its ratings, health scores and moves.", buttons.history),
    Entry("*Mistake?* Correct your last rating; the earlier one stays in the history.", buttons.correct, _rated),
    Entry("*Second opinion*: rate it without seeing the first rating, then compare.", buttons.second_rating, _rated),
    Entry("*The customer's view*: enter how it rates itself, then compare.", buttons.customer_rating, _rated_customer),
    Entry("*What if*: try other answers; nothing is stored.", buttons.what_if, _rated),
    Entry("*Owner*: give the account to somebody else.", buttons.assign),
    Entry("*Cover*: who is asked while the owner is away.", buttons.cover, _owned),
    Entry("*Not now*: put its rating off, or ask a colleague this once.", buttons.not_now, _asked_about),
    Entry("*Something changed*: a new executive, a reorganisation, an acquisition.", buttons.note_event, _asked_about),
    Entry("*Interval*: how often it is rated.", buttons.interval, _asked_about),
    Entry("*Outcome*: it renewed, expanded or churned.", buttons.outcome, lambda card: _customer(card, churned=False)),
    Entry("*Override*: put it in another cell until a day.", buttons.override, _on_the_map),
    Entry("*End override*: let its scores decide again.", buttons.end_override, _overridden),
    Entry("*Reopen*: it came back, or never left.", buttons.reopen, lambda card: _customer(card, churned=True)),
)


def _customer(card: Card, *, churned: bool) -> bool:
    return card.standing.subject == "customer" and (card.standing.churned_on is not None) == churned


def build(card: Card) -> Block:
    """The window, with the entries that fit this account."""
    account_id, name = card.standing.account_id, card.standing.name
    body = [blocks.section(f"*{card.standing.title}*")]
    body += [blocks.section(each.text, each.button(account_id, name)) for each in ENTRIES if each.shown(card)]
    body.append(blocks.actions(buttons.open_account(account_id, name)))
    return blocks.modal("More", body, callback_id=CALLBACK)
