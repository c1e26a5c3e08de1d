"""Where accounts belong by another configuration: one query, whatever the number of accounts.

What is judged in Python are the distinct values alone (scores, answer sheets, health), in exact fractions. The database
looks up each account's, so that a change of cuts or weights over a whole portfolio reads no account singly.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, FromClause, Subquery, Text, and_, case, func, null, or_, select, type_coerce
from sqlalchemy.orm import Session

from bot.store.bulk import values_table
from bot.store.tables import Account
from bot.store.types import read_label
from cmi_core import Framework
from cmi_core.health import Health
from cmi_core.matrix import MapSettings, place
from cmi_core.sheets import SheetScorer

_ACCOUNT = Account.__table__.c
_CMI, _CHS = type_coerce(_ACCOUNT.cmi, Text), type_coerce(_ACCOUNT.chs, Text)
_LABEL = type_coerce(_ACCOUNT.chs_label, Text)
_HEALTH = func.coalesce(_LABEL, _CHS)  # no number has a label's colon
_FRAMEWORK = func.coalesce(_ACCOUNT.framework_id, 0)


@dataclass(frozen=True)
class Rule:
    """By what accounts are placed: the map, and the frameworks behind their scores by row id.

    `rescore` has the new version of a framework by the row ids of those versions that ask the same: where there is
    one, the accounts scored by them are scored anew, and all others are left alone.
    """

    map: MapSettings
    frameworks: Mapping[int, Framework]
    default: Framework
    rescore: Mapping[int, Framework]

    def framework(self, row_id: int) -> Framework:
        """The framework behind a score; 0 is what stands for none."""
        return self.rescore.get(row_id) or (self.frameworks[row_id] if row_id else self.default)


def touched(workspace_id: int, rule: Rule, ids: Collection[int] | None = None) -> ColumnElement[bool]:
    """The accounts that the rule places: churned ones are frozen. With `ids` only these."""
    wanted = [_ACCOUNT.workspace_id == workspace_id, _ACCOUNT.lifecycle != "churned"]
    if rule.rescore:
        wanted += [_ACCOUNT.framework_id.in_(rule.rescore), _ACCOUNT.answers.is_not(None)]
    if ids is not None:
        wanted.append(_ACCOUNT.id.in_(ids))
    return and_(*wanted)


def places(session: Session, workspace_id: int, rule: Rule, ids: Collection[int] | None = None) -> Subquery:
    """Each account that is touched, of which `revision` it was read, and where it stands and belongs.

    No margin holds an account: it is placed by its present values alone. Scores are exact fractions as text. An account
    that changes while this is being reckoned may be missing.
    """
    which = touched(workspace_id, rule, ids)
    rated = _ACCOUNT.answers if rule.rescore else _CMI
    scores, healths, corners = _scores(session, rule, which), _healths(session, rule, which), _corners(session, rule)
    by_hand = and_(corners.c.cell.is_not(None), _ACCOUNT.override_cell.in_([cell.id for cell in rule.map.cells]))
    return (
        select(
            _ACCOUNT.id,
            _ACCOUNT.revision,
            _ACCOUNT.cell.label("from_cell"),
            _of_customer(case((by_hand, _ACCOUNT.override_cell), else_=corners.c.cell)).label("cell"),
            scores.c.cmi.label("cmi"),
            _of_customer(scores.c.band).label("cmi_band"),
            _CHS.label("chs"),
            _LABEL.label("chs_label"),
            _of_customer(healths.c.band).label("chs_band"),
            _ACCOUNT.assessment_id,
            _ACCOUNT.health_reading_id,
        )
        .join_from(Account, scores, and_(scores.c.framework == _FRAMEWORK, scores.c.rated == rated), isouter=True)
        .join(healths, healths.c.health == _HEALTH, isouter=True)
        .join(corners, and_(corners.c.across == scores.c.band, corners.c.up == healths.c.band), isouter=True)
        .where(
            which,
            or_(rated.is_(None), scores.c.rated.is_not(None)),
            or_(_HEALTH.is_(None), healths.c.health.is_not(None)),
        )
        .subquery("places")
    )


def _of_customer(value: ColumnElement[str]) -> ColumnElement[str | None]:
    """Only customers are on the map."""
    return case((_ACCOUNT.subject == "customer", value), else_=null())


def _scores(session: Session, rule: Rule, which: ColumnElement[bool]) -> FromClause:
    """CMI and band by framework and what they come from: the answers where they are scored anew, else the CMI."""
    rated = _ACCOUNT.answers if rule.rescore else _CMI
    scorers = {row_id: SheetScorer(framework, of=str) for row_id, framework in rule.rescore.items()}
    found = session.execute(select(_FRAMEWORK, rated).where(which, rated.is_not(None)).distinct())
    keys = [(int(row_id), str(value)) for row_id, value in found] or [(0, "")]
    cmis = [scorers[row_id](value) if row_id in scorers else value for row_id, value in keys]
    bands = _Bands(rule)
    return values_table(
        session,
        "scores",
        {
            "framework": [row_id for row_id, _ in keys],
            "rated": [value for _, value in keys],
            "cmi": cmis,
            "band": [bands[row_id, cmi] if cmi else None for (row_id, _), cmi in zip(keys, cmis, strict=True)],
        },
    )


class _Bands(dict[tuple[int, str], str | None]):
    """Band by framework and CMI, each judged when first met."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._rule = rule

    def __missing__(self, key: tuple[int, str]) -> str | None:
        row_id, cmi = key
        scale = self._rule.framework(row_id).scale
        self[key] = found = place(self._rule.map, Fraction(cmi), None, scale=scale).cmi_band
        return found


def _healths(session: Session, rule: Rule, which: ColumnElement[bool]) -> FromClause:
    """Band by health, be it a number or a label."""
    values = list(session.scalars(select(_HEALTH).where(which, _HEALTH.is_not(None)).distinct())) or [""]
    bands = [place(rule.map, None, _health(value)).chs_band if value else None for value in values]
    return values_table(session, "healths", {"health": values, "band": bands})


def _health(kept: str) -> Health:
    return read_label(kept) if ":" in kept else Fraction(kept)


def _corners(session: Session, rule: Rule) -> FromClause:
    """Cell by both bands."""
    corners = [(across, up, rule.map.cell(across, up).id) for across in rule.map.bands for up in rule.map.bands]
    across, up, cells = zip(*corners, strict=True)
    return values_table(session, "corners", {"across": across, "up": up, "cell": cells})
