"""Who was asked what by the tick, and letting days go by."""

from dataclasses import fields
from datetime import UTC, date, datetime

from slack_sdk import WebClient

from bot.flows import asking
from bot.store.claims import Claimed
from bot.store.tables import Message
from bot.views.prompt import Prompt
from tests.flows.office import PRIYA, Office

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
TODAY = MONDAY.date()
TOKYO, FALLBACK = "U01HANA", "C01FALLBACK"


def asked(office: Office) -> list[Prompt]:
    return [Prompt.model_validate(row.data) for row in office.messages("prompt")]


def in_hand(message: Message) -> Claimed:
    """A message as the dispatcher has it when it looks whether to send it."""
    return Claimed(**{field.name: getattr(message, field.name) for field in fields(Claimed)})


def names(prompt: Prompt) -> list[str]:
    return [item.name for item in prompt.items]


def due_account(office: Office, name: str = "Acme", *, owner: str = PRIYA, on: date = TODAY) -> int:
    account = office.account(name, owner=owner)
    office.due(account, on)
    return account


def tick_daily(office: Office, client: WebClient, days: int, *, hours: int = 4) -> list[tuple[date, str]]:
    """Let days go by with a look every so many hours; who got a message, and on which day."""
    seen = {row.id for row in office.rows(Message)}
    log = []
    for _ in range(days * 24 // hours):
        office.later(hours=hours)
        asking.tick(office.db, office.now, client)
        for row in office.rows(Message):
            if row.id not in seen:
                seen.add(row.id)
                log.append((office.now.date(), row.recipient))
    return log
