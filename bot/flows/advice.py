"""What the card says about an account beyond its place: plays, touch and offer, content, figures, qualification."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from bot.flows import answers, content, plays, qualification
from bot.store import history
from bot.store.tables import Account, PlacementRow
from bot.views.advice import Advice, Offer, Piece, SentPiece, WeakSpot
from bot.views.figures_form import Verdict
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Criterion, Framework, maturity_band, score, tags, verdict, weak_criteria
from cmi_core.cells import DECIDE_CELLS
from cmi_core.maturity import OFFER_MIX

_SENT_SHOWN = 5


def for_card(session: Session, settings: WorkspaceSettings, framework: Framework, account: Account) -> dict[str, Any]:
    """The fields of `bot.views.card.Card` that advise: play, advice, verdict and qualification."""
    return {
        "play": plays.of_cell(session, settings, account),
        "advice": _advice(session, settings, framework, account),
        "verdict": _verdict(settings, account),
        "qualification": qualification.of(settings, framework, account),
    }


def _advice(session: Session, settings: WorkspaceSettings, framework: Framework, account: Account) -> Advice | None:
    """None for a team, and before there is a CMI to go by."""
    if account.cmi is None or account.answers is None or account.subject == "team":
        return None
    ratings = answers.unpack(framework, account.answers)
    scored = score(framework, ratings)
    band = maturity_band(account.cmi, scale=framework.scale, cuts=settings.maturity)
    mix = OFFER_MIX[band]
    stay = history.open_placement(session, account.id)
    weak = weak_criteria(framework, ratings, cuts=settings.maturity)
    names = {category.id: category.name for category in framework.categories}
    return Advice(
        account_id=account.id,
        name=account.name,
        band=band.value,
        touch=settings.touch[band].value,
        offer=Offer(services=mix.services, use=mix.use, fees=mix.fees, conclusion=mix.conclusion),
        weak=tuple(_weak_spot(settings, each, ratings[each.id], stay) for each in weak),
        content=tuple(
            Piece(id=piece.id, title=piece.title, category=names[piece.category_id], url=piece.url)
            for piece in content.next_for(session, settings, framework, account, scored)
        ),
        sent=_sent(account),
        tags=tags(framework, scored, cuts=settings.maturity),
    )


def _weak_spot(
    settings: WorkspaceSettings, criterion: Criterion, level: int | None, stay: PlacementRow | None
) -> WeakSpot:
    texts = {each.value: each.text for each in criterion.levels}
    now = level or 0
    better = now - 1 if criterion.direction == "descending" else now + 1
    return WeakSpot(
        name=criterion.name,
        now=texts.get(now, ""),
        next=texts.get(better, ""),
        play=plays.shown(settings, stay, criterion.id),
    )


def _sent(account: Account) -> tuple[SentPiece, ...]:
    """What the customer got last, the latest first."""
    entries = sorted(account.content_sent.items(), key=lambda item: str(item[1]["on"]), reverse=True)
    return tuple(
        SentPiece(title=piece.partition("/")[2], by=entry["by"], on=datetime.fromisoformat(entry["on"]))
        for piece, entry in entries[:_SENT_SHOWN]
    )


def _verdict(settings: WorkspaceSettings, account: Account) -> Verdict | None:
    if account.cell not in DECIDE_CELLS:
        return None
    value = None if account.lifetime_value is None else Fraction(account.lifetime_value)
    judged = verdict(settings.map, ltv=value, gm=account.gross_margin)
    return Verdict(advice=judged.advice, missing=judged.missing)
