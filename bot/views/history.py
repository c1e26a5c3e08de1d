"""An account's history: ratings, health scores, moves and other changes, the newest first, a page at a time."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Literal

from bot.views import audit_log, blocks, buttons, evidence, limits, share_form
from bot.views.audit_log import AuditEntry
from bot.views.cells import cause_text, cell_name
from bot.views.evidence import Evidence
from bot.views.message import Block, Data
from bot.views.picture import ShownPicture, optional
from bot.views.share_form import Shared
from bot.views.text import clip_markup, cmi_change, day, health_change, inert, mention
from cmi_core.health import Health

CALLBACK = "history"

_KINDS = {"rated": "Rating", "renewed": "Nothing changed", "corrected": "Correction"}


class Rating(Data):
    """An assessment; ``before`` is the CMI of the one that counted until then. ``second`` ones don't count.

    ``category_notes`` are by the category's name; ``evidence`` are the messages that its rater had in sight.
    """

    what: Literal["rating"] = "rating"
    on: datetime
    cmi: Fraction | None
    before: Fraction | None = None
    by: str
    kind: str = "rated"
    source: str = "owner"
    second: int | None = None
    note: str = ""
    category_notes: tuple[tuple[str, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Reading(Data):
    """A health score or label as of a day, entered or received ``received_on``."""

    what: Literal["reading"] = "reading"
    on: datetime
    value: Health
    before: Health | None = None
    source: str = ""
    by: str | None = None
    note: str = ""


class Stay(Data):
    """A move to another cell; ``cause`` is a `cmi_core.movement.Cause` value."""

    what: Literal["stay"] = "stay"
    on: datetime
    cell: str | None
    before: str | None = None
    cause: str
    by: str | None = None


class Changed(Data):
    """Something about the account itself that somebody changed: its owner, its figures, what became of it."""

    what: Literal["changed"] = "changed"
    on: datetime
    entry: AuditEntry


Entry = Rating | Reading | Stay | Changed


class History(Data):
    """One page, numbered from 0. ``more`` says that older entries follow; ``mine`` that the reader rated it last."""

    account_id: int
    name: str
    entries: tuple[Entry, ...] = ()
    page: int = 0
    more: bool = False
    mine: bool = False


def modal(history: History, picture: ShownPicture | None = None) -> Block:
    """The window: an entry a section, a second rating with a button that sets it beside the first."""
    title = f"*{inert(history.name)}*" + (f"  ·  page {history.page + 1}" if history.page or history.more else "")
    body = [blocks.section(title), *optional(picture)]
    if not history.entries:
        body.append(blocks.section("Nothing has happened yet. It begins with the first rating."))
    body += [_block(history, entry) for entry in history.entries]
    body.append(blocks.actions(*_actions(history)))
    if history.entries and not history.page:
        body.append(share_form.buttons(Shared(account_id=history.account_id)))
    return blocks.modal("History", body, callback_id=CALLBACK)


def entry_text(entry: Entry) -> str:
    """One entry as mrkdwn: what and when, then by whom and why."""
    if isinstance(entry, Rating):
        return _rating(entry)
    if isinstance(entry, Reading):
        who = f"by {mention(entry.by)}" if entry.by else f"source: {inert(entry.source)}" if entry.source else ""
        return _lines(f"{day(entry.on)} · Health {health_change(entry.value, entry.before)}", who, entry.note)
    if isinstance(entry, Changed):
        return clip_markup(audit_log.line(entry.entry), limits.TEXT)
    start = f"{cell_name(entry.before)} to " if entry.before else ""
    who = f" by {mention(entry.by)}" if entry.by else ""
    return _lines(f"{day(entry.on)} · {start}{cell_name(entry.cell)}", f"{cause_text(entry.cause)}{who}", "")


def _rating(entry: Rating) -> str:
    what = _KINDS.get(entry.kind, "Rating")
    if entry.second is not None:
        what = "The customer's own rating" if entry.source == "customer" else "Second rating"
    shown = "incomplete" if entry.cmi is None else f"CMI {cmi_change(entry.cmi, entry.before)}"
    who = f"by {mention(entry.by)}" + ("" if entry.second is not None else f" ({inert(entry.source)})")
    more = [f"{inert(name)}: “{inert(note, 300)}”" for name, note in entry.category_notes]
    more += [evidence.line(each) for each in entry.evidence]
    return "\n".join([_lines(f"{day(entry.on)} · {what}: {shown}", who, entry.note), *more])


def _lines(first: str, second: str, note: str) -> str:
    return "\n".join(filter(None, (f"*{first}*", second, f"“{inert(note, 300)}”" if note else "")))


def _block(history: History, entry: Entry) -> Block:
    if isinstance(entry, Rating) and entry.second is not None:
        button = buttons.compare(history.account_id, history.name, entry.second)
        return blocks.section(entry_text(entry), button)
    return blocks.section(entry_text(entry))


def _actions(history: History) -> list[Block]:
    account = (history.account_id, history.name)
    found = []
    if history.page > 0:
        found.append(buttons.newer(history.account_id, history.page - 1))
    if history.more:
        found.append(buttons.older(history.account_id, history.page + 1))
    if history.mine:
        found.append(buttons.correct(*account))
    return [*found, buttons.open_account(*account)]


def example() -> History:
    def at(month: int) -> datetime:
        return datetime(2026, month, 12, 9, tzinfo=UTC)

    return History(
        account_id=7,
        name="Acme, Inc.",
        entries=(
            Stay(on=at(8), cell="let_churn", before="retain", cause="health_reading", by="U02BERT"),
            Reading(on=at(8), value=Fraction(41), before=Fraction(58), source="typed", by="U02BERT", note="No usage"),
            Rating(on=at(7), cmi=Fraction(3), by="U02BERT", source="colleague", second=5),
            Rating(
                on=at(6),
                cmi=Fraction(12, 5),
                before=Fraction(21, 10),
                by="U01ANNA",
                note="New head.",
                evidence=(evidence.example(),),
            ),
            Rating(on=at(5), cmi=None, by="U01ANNA", kind="corrected", source="colleague"),
            Reading(on=at(2), value=Fraction(58), source="import"),
            Stay(on=at(2), cell=None, cause="configuration"),
            Changed(on=at(1), entry=audit_log.example().entries[1].model_copy(update={"about": ""})),
        ),
        page=1,
        more=True,
        mine=True,
    )
