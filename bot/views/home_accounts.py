"""The Home of whoever looks after accounts: what to finish and to rate, their alerts, and all that is theirs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from pydantic import Field

from bot.views import blocks, buttons, home_alerts, limits, pause_form
from bot.views.home_alerts import OwnAlert, alert_blocks
from bot.views.home_state import LISTS, HomeState, Only, show_all, turns
from bot.views.message import Block, Data
from bot.views.pause_form import PauseLine
from bot.views.portfolio import bar
from bot.views.standing import Standing, due_text, headline
from bot.views.standing import example as standing_example
from bot.views.survey import Mode
from bot.views.text import ago, count, day, inert, mention
from cmi_core.display import one_decimal


class Begun(Data):
    """A survey that this person has not finished; ``answered`` counts its answers so far."""

    account_id: int
    name: str
    mode: Mode
    answered: int


class Row(Data):
    """One account of the list. ``waits`` says that it is to be rated now.

    ``lift`` is the change of its CMI since the rating before, by the same questions; None where there is none to
    compare. ``renewable`` is the assessment that one click confirms as unchanged.
    """

    standing: Standing
    waits: bool = False
    lift: Fraction | None = None
    renewable: int | None = None
    snoozed_until: date | None = None
    covered_for: str | None = None


class Accounts(Data):
    """The accounts of ``user``. ``counts`` has how many are in each list, ``rows`` is the page that ``state`` names.

    Of ``asked`` accounts that a rating is due for this quarter, ``rated`` have one. ``drafts`` and ``alerts`` are
    the first of theirs; ``more_alerts``: there are others. ``away_from`` is None for who is away already.
    ``paused`` says until when they aren't asked, and why.
    ``admins`` are Slack ids to turn to.
    """

    kind: Literal["accounts"] = "accounts"
    user: str = ""
    rows: tuple[Row, ...] = ()
    counts: dict[Only, int] = Field(default_factory=dict)
    soon: int = 0
    rated: int = 0
    asked: int = 0
    drafts: tuple[Begun, ...] = ()
    alerts: tuple[OwnAlert, ...] = ()
    more_alerts: bool = False
    away_from: date | None = None
    away_until: date | None = None
    paused: PauseLine | None = None
    everyone_new: bool = False
    can_edit: bool = True
    admins: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.counts.get("all", 0)


_WELCOME = (
    "*Welcome to CMI Bot*\n"
    "It keeps two numbers for each account: the CMI (Customer Maturity Index) says how able a customer is to draw "
    "value from the product, the health score says how the relation is doing. Together they give the account a place "
    "on the map, and each place a play: what to do next."
)
_EMPTY: Mapping[Only, str] = {
    "all": "you have none.",
    "due": "nothing of yours waits for a rating today.",
    "save": "none of your customers is there.",
    "let_churn": "none of your customers is there.",
    "stale": "all your scores are fresh.",
    "unrated": "each of your accounts has a CMI.",
    "no_health": "each of your customers has a health score.",
}


def body(shown: Accounts, state: HomeState, now: datetime) -> list[Block]:
    """The blocks below the menus; the first is the header."""
    head = [blocks.header("Your accounts")]
    if not shown.total:
        return [*head, *_begun(shown.drafts), *_alerts(shown, now), *_welcome(shown)]
    if not state.is_start:
        return [*head, *_part(shown, state, now)]
    first = [row for row in shown.rows if row.waits][: limits.HOME_QUEUE]
    others = [row for row in shown.rows if row not in first]
    found = [*head, blocks.section("\n".join(_summary(shown))), *_away(shown)]
    found += [*_begun(shown.drafts), *_queue(shown, first, now), *_alerts(shown, now)]
    if others:
        found += [blocks.header("Your other accounts"), *(block for row in others for block in _row(row, now))]
    return [*found, *_paging(shown, state)]


def _summary(shown: Accounts) -> list[str]:
    due = shown.counts.get("due", 0)
    waiting = [f"{due} due for a rating" if due else "nothing due today"]
    if shown.soon:
        waiting.append(f"{shown.soon} due soon")
    lines = [f"{count(shown.total, 'account')}, {', '.join(waiting)}."]
    if shown.asked:
        lines.append(f"This quarter: {shown.rated} of {shown.asked} rated {bar(Fraction(shown.rated, shown.asked))}")
    return lines


def _away(shown: Accounts) -> list[Block]:
    if shown.paused is not None and shown.away_until is None:
        return [blocks.section(pause_form.line_text(shown.paused))]
    if shown.away_until is None:
        return []
    now = f"from {day(shown.away_from)}" if shown.away_from else "now"
    text = f"You are away {now} until {day(shown.away_until)}. You aren't asked for ratings in that time."
    return [blocks.section(text, buttons.back(shown.user))]


def _begun(drafts: Sequence[Begun]) -> list[Block]:
    if not drafts:
        return []
    found = [blocks.header("To finish")]
    for draft in drafts:
        text = f"*{inert(draft.name)}*  {count(draft.answered, 'answer')} kept"
        found.append(blocks.section(text, buttons.resume(draft.mode, draft.account_id, draft.name)))
    return found


def _queue(shown: Accounts, rows: Sequence[Row], now: datetime) -> list[Block]:
    if not rows:
        return []
    found = [blocks.header("To rate"), *(block for row in rows for block in _row(row, now))]
    left = shown.counts.get("due", 0) + shown.soon - len(rows)
    if left > 0:
        found.append(blocks.context(f"{count(left, 'more account')} to rate: they follow below."))
    return found


def _alerts(shown: Accounts, now: datetime) -> list[Block]:
    if not shown.alerts:
        return []
    found = [blocks.header("Your open alerts")]
    for alert in shown.alerts:
        found += alert_blocks(alert, now)
    if shown.more_alerts:
        found.append(blocks.context("There are more: find them with the menu above, under Save and Let Churn."))
    return found


def _row(row: Row, now: datetime) -> list[Block]:
    standing = row.standing
    account = (standing.account_id, standing.name)
    if not row.waits:
        opened = blocks.button("Open", buttons.OPEN, str(standing.account_id), label=f"Open {standing.name}")
        return [blocks.section(_line(row, now), opened)]
    if row.renewable is None:
        return [blocks.section(_line(row, now), buttons.rate(*account))]
    renew = buttons.renew(*account, row.renewable)
    return [blocks.section(_line(row, now)), blocks.actions(buttons.rate(*account), renew)]


def _line(row: Row, now: datetime) -> str:
    standing = row.standing
    facts = [
        f"put off until {day(row.snoozed_until)}" if row.snoozed_until else _due(standing, now),
        _change(row.lift) if row.lift is not None else "",
        f"rated {ago(standing.cmi_on, now)}" if standing.cmi_on else "",
        f"health from {ago(standing.chs_on, now)}" if standing.chs_on and standing.subject == "customer" else "",
        f"you cover for {mention(row.covered_for)}" if row.covered_for else "",
    ]
    return f"*{standing.title}*  {headline(standing)}\n{' · '.join(filter(None, facts))}"


def _due(standing: Standing, now: datetime) -> str:
    return due_text(standing.next_due, now) if standing.cmi_on else "not rated yet"


def _change(lift: Fraction) -> str:
    """CMI ↑ 0.4; empty where the change is too small to be shown."""
    shown = one_decimal(abs(lift))
    return "" if shown == "0.0" else f"CMI {'↑' if lift > 0 else '↓'} {shown}"


def _part(shown: Accounts, state: HomeState, now: datetime) -> list[Block]:
    """One list, or a later page: nothing else, so that what was asked for is in sight."""
    number = shown.counts.get(state.only, 0)
    if not number:
        return [blocks.section(f"*{LISTS[state.only]}*: {_EMPTY[state.only]}", show_all(state))]
    if not shown.rows:
        return [blocks.section("This page is empty by now.", show_all(state))]
    which = "" if state.only == "all" else f"{LISTS[state.only]}: "
    found = [blocks.section(f"*{which}{number} of your {count(shown.total, 'account')}*", show_all(state))]
    found += [block for row in shown.rows for block in _row(row, now)]
    return [*found, *_paging(shown, state)]


def _paging(shown: Accounts, state: HomeState) -> list[Block]:
    number = shown.counts.get(state.only, 0)
    start = state.page * limits.HOME_ACCOUNTS
    end = start + len(shown.rows)
    if not start and end >= number:
        return []
    return [
        blocks.context(f"{start + 1} to {end} of {number}"),
        blocks.actions(*turns(state.page, more=end < number)),
    ]


def _welcome(shown: Accounts) -> list[Block]:
    found = [blocks.section(_WELCOME)]
    if not shown.can_edit:
        return [*found, blocks.section("You may look at everything here: find an account with the button above.")]
    if shown.everyone_new:
        first = "Add an account: the button below, or /cmi new."
    else:
        first = "Find an account with the button above, or add your own below."
    found.append(
        blocks.section(
            f"*How to begin*\n1. {first}\n2. Rate it: about two minutes.\n"
            "3. Enter its health score, 0 to 100. Then it has its place on the map."
        )
    )
    if not shown.everyone_new:
        whom = f"Ask {', '.join(map(mention, shown.admins))}" if shown.admins else "Ask a colleague"
        found.append(blocks.context(f"No account is yours yet. {whom} to assign yours to you."))
    return found


def example() -> Accounts:
    return Accounts(
        rows=(
            Row(standing=standing_example(), waits=True, lift=Fraction(2, 5), renewable=33),
            Row(standing=Standing(account_id=8, name="Globex", owner="U01ANNA", missing=("cmi", "chs")), waits=True),
            Row(standing=standing_example().model_copy(update={"account_id": 9, "name": "Initech"})),
        ),
        counts={"all": 3, "due": 1, "let_churn": 2, "unrated": 1, "no_health": 1},
        soon=1,
        rated=1,
        asked=3,
        drafts=(Begun(account_id=10, name="Hooli", mode="rating", answered=6),),
        alerts=(home_alerts.example(),),
    )
