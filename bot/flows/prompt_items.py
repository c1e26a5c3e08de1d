"""The accounts of a prompt or a digest, each as its line shows it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.flows import prompts, renewing, responsible
from bot.flows.standings import Reader
from bot.store import history
from bot.store.tables import Account, AccountEvent
from bot.store.tables import Prompt as PromptRow
from bot.views.prompt import PromptItem, Role
from cmi_core.freshness import age_days


def of_prompt(
    reader: Reader,
    now: datetime,
    *,
    today: date,
    earlier: Sequence[tuple[PromptRow, Account]],
    new: Sequence[tuple[Account, Role]],
) -> tuple[PromptItem, ...]:
    """What a person was asked before, and what they are asked for now."""
    accounts = [account for _, account in earlier] + [account for account, _ in new]
    renewable = renewing.offered_among(reader.session, reader, accounts)
    events = events_of(reader, accounts)
    entries = [
        (account, prompt.due, responsible.role_of(prompt.role), prompts.is_new(prompt)) for prompt, account in earlier
    ]
    entries += [(account, account.next_due or today, role, True) for account, role in new]
    return tuple(
        item(reader, now, account, due, new=is_new, event=events.get(account.id)).model_copy(
            update={"role": role, "renewable": renewable.get(account.id)}
        )
        for account, due, role, is_new in entries
    )


def events_of(reader: Reader, accounts: Sequence[Account]) -> Mapping[int, AccountEvent]:
    """What asks for some of these accounts before their time, by account."""
    early = [account.id for account in accounts if account.event_on is not None]
    return history.latest_events(reader.session, early) if early else {}


def item(
    reader: Reader, now: datetime, account: Account, due: date, *, new: bool, event: AccountEvent | None = None
) -> PromptItem:
    standing = reader.standing(account)
    stale = "chs" in standing.stale and account.chs_on is not None
    return PromptItem(
        account_id=account.id,
        name=account.name,
        owner=account.owner,
        due=due,
        cmi=account.cmi,
        cmi_on=account.cmi_on,
        cell=account.cell,
        health_stale_days=age_days(account.chs_on, now) if stale and account.chs_on else None,
        new=new,
        event=event.kind if event else None,
        event_on=event.happened_on if event else None,
        event_note=event.note if event else "",
    )
