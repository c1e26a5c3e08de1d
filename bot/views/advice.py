"""What an account's maturity calls for: touch, offer, plays for weak spots, the next content, and tags."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, playbook
from bot.views.message import Block, Data
from bot.views.playbook import Play
from bot.views.text import day, escape, inert, mention

CALLBACK = "advice"
READ = "read_content"
SENT = "content_sent"
_URL = 3000

_TOUCH: Mapping[str, str] = {"tech": "Tech touch", "standard": "Standard touch", "high": "High touch"}


class Offer(Data):
    """The offer mix of a band of maturity."""

    services: str
    use: str
    fees: str
    conclusion: str


class WeakSpot(Data):
    """A criterion rated low: what it is like now, what the next level is like, and the play for it, if there is one."""

    name: str
    now: str
    next: str
    play: Play | None = None


class Piece(Data):
    """A piece of the content journey; ``id`` stays the same while its category and title do."""

    id: str
    title: str
    category: str
    url: str = ""


class SentPiece(Data):
    """A piece that the customer got already."""

    title: str
    by: str
    on: datetime


class PieceRef(Data):
    """What a button beside a piece carries."""

    account_id: int
    piece: str


class Advice(Data):
    """For an account with a CMI. ``band`` is its band of maturity, ``touch`` a `cmi_core.Touch` value."""

    account_id: int
    name: str
    band: Literal["immature", "low", "medium", "high"]
    touch: Literal["tech", "standard", "high"]
    offer: Offer
    weak: tuple[WeakSpot, ...] = ()
    content: tuple[Piece, ...] = ()
    sent: tuple[SentPiece, ...] = ()
    tags: tuple[str, ...] = ()


def lines(advice: Advice) -> list[str]:
    """The gist, for the card."""
    shown = [
        f"*Touch:* {_TOUCH[advice.touch]} (maturity {advice.band})",
        f"*Offer mix:* {escape(advice.offer.services)} · {escape(advice.offer.conclusion)}",
    ]
    if advice.content:
        shown.append(f"*Next content:* {' · '.join(inert(piece.title) for piece in advice.content)}")
    return shown


def modal(advice: Advice) -> Block:
    """The window "Plays": everything that the card has no room for."""
    body = [blocks.section(f"*{inert(advice.name)}*\n{chr(10).join(lines(advice)[:1])}"), _offer(advice.offer)]
    body += [blocks.divider(), blocks.section("*Weak spots*")] if advice.weak else []
    for spot in advice.weak:
        body.append(blocks.section(f"*{inert(spot.name)}*\nNow: {inert(spot.now)}\nNext: {inert(spot.next)}"))
        body += playbook.checklist(spot.play) if spot.play else []
    body += [blocks.divider(), *_content(advice)]
    if advice.tags:
        body.append(blocks.context(f"Tags: {' '.join(inert(tag) for tag in advice.tags)}"))
    body.append(blocks.actions(buttons.open_account(advice.account_id, advice.name)))
    return blocks.modal("Plays", body, callback_id=CALLBACK)


def _offer(offer: Offer) -> Block:
    facts = {"Services": offer.services, "Use": offer.use, "Fees": offer.fees, "In short": offer.conclusion}
    return blocks.fields([f"*{name}*\n{escape(fact)}" for name, fact in facts.items()])


def _content(advice: Advice) -> list[Block]:
    if not advice.content and not advice.sent:
        return [blocks.section("*Next content*\nNothing in the catalogue fits its weakest categories.")]
    body = [blocks.section("*Next content*")]
    for piece in advice.content:
        ref = PieceRef(account_id=advice.account_id, piece=piece.id).model_dump_json()
        choices = [blocks.button("Mark as sent", SENT, ref, label=f"Mark as sent: {piece.title}")]
        if piece.url:
            choices.append({**blocks.button("Read", READ, label=f"Read {piece.title}"), "url": piece.url[:_URL]})
        body += [blocks.section(f"{inert(piece.title)}\n_{inert(piece.category)}_"), blocks.actions(*choices)]
    sent = [f"{inert(piece.title)}, sent by {mention(piece.by)}, {day(piece.on)}" for piece in advice.sent]
    return [*body, *([blocks.context("\n".join(sent))] if sent else [])]


def parse(value: object) -> PieceRef:
    """Which piece a button is about. UserError for one that an earlier version made."""
    try:
        return PieceRef.model_validate_json(str(value))
    except ValidationError as error:
        raise UserError("That button is out of date. Please open the account again with /cmi account.") from error


def example() -> Advice:
    return Advice(
        account_id=7,
        name="Acme, Inc.",
        band="low",
        touch="standard",
        offer=Offer(
            services="Much consulting",
            use="Basic",
            fees="Low software fees",
            conclusion="Help to build processes first",
        ),
        weak=(
            WeakSpot(
                name="Use of Reports",
                now="No reports",
                next="Put together by hand",
                play=playbook.example().model_copy(update={"id": "use_of_reports", "title": "Start with one report"}),
            ),
            WeakSpot(name="Size of Team", now="Volunteers", next="One dedicated person"),
        ),
        content=(
            Piece(id="technology/First tools", title="First tools", category="Technology", url="https://example.com/1"),
            Piece(id="technology/Reports", title="Reports that are read", category="Technology"),
        ),
        sent=(SentPiece(title="Why maturity", by="U01ANNA", on=datetime(2026, 8, 1, 9, tzinfo=UTC)),),
        tags=("cmi-charter-low", "cmi-people-high"),
    )
