"""The Home's tab of somebody's own accounts."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import cast
from zoneinfo import ZoneInfo

from bot.flows import fresh, pausing, renewing
from bot.flows.home_visit import Visit, later, own_alert
from bot.store import home, home_alerts, workspaces
from bot.store.home import Listed, Rated, Theirs, Today
from bot.store.tables import Account
from bot.views import limits
from bot.views.home_accounts import Accounts, Begun, Row
from bot.views.home_state import HomeState, Only
from bot.views.survey import Mode
from cmi_core import score
from cmi_core.cadence import add_months
from cmi_core.freshness import fresh_since

_ADMINS_SHOWN = 3


def accounts(visit: Visit, state: HomeState) -> Accounts:
    """The page of the list that `state` names; on its first page also what was begun, and the alerts."""
    session, actor, now = visit.session, visit.actor, visit.now
    theirs = Theirs(actor.workspace_id, actor.user, _today(visit))
    counts = home.counts(session, theirs)
    only = "" if state.only == "all" else state.only
    start = state.page * limits.HOME_ACCOUNTS
    listed = home.page(session, theirs, only, start=start, limit=limits.HOME_ACCOUNTS) if counts.total else []
    drafts = (
        home.drafts(session, actor.workspace_id, actor.user, now, limit=limits.HOME_DRAFTS) if state.is_start else []
    )
    alarms = home_alerts.alarms(session, theirs, limit=limits.HOME_ALERTS + 1) if state.is_start else []
    lists: dict[Only, int] = {
        "all": counts.total,
        **{cast("Only", name): getattr(counts, name) for name in theirs.lists()},
    }
    return Accounts(
        user=actor.user,
        rows=_rows(visit, listed),
        counts=lists,
        soon=counts.soon,
        rated=counts.rated,
        asked=counts.asked,
        drafts=tuple(
            Begun(account_id=each.account_id, name=each.name, mode=cast("Mode", each.mode), answered=len(each.answers))
            for each in drafts
        ),
        alerts=tuple(own_alert(each, visit) for each in alarms[: limits.HOME_ALERTS]),
        more_alerts=len(alarms) > limits.HOME_ALERTS,
        **_absence(visit),
        paused=pausing.concerning(session, actor.workspace_id, now, actor.user),
        everyone_new=not visit.visitor.any_accounts,
        can_edit=visit.can_edit,
        admins=visit.settings.admins[:_ADMINS_SHOWN],
    )


def _absence(visit: Visit) -> dict[str, date | None]:
    first, last = visit.visitor.away_from, visit.visitor.away_until
    if last is None or last < visit.today:
        return {}
    return {"away_from": later(first, visit.today), "away_until": last}


def _today(visit: Visit) -> Today:
    settings, day = visit.settings, visit.today
    begun = visit.quarter_from
    return Today(
        day=day,
        soon=day + timedelta(days=settings.cadence.take_along_days),
        quarter_from=datetime.combine(begun, time(), ZoneInfo(settings.zone)),
        quarter_until=add_months(begun, 3) - timedelta(days=1),
        cmi_since=fresh.cmi_since(visit.session, visit.actor.workspace_id, settings, visit.now),
        chs_since=fresh_since("chs", visit.now, settings.freshness),
    )


def _rows(visit: Visit, listed: Sequence[Listed]) -> tuple[Row, ...]:
    rated = [each.account.id for each in listed if each.account.cmi is not None]
    before = home.rated_before(visit.session, rated)
    waiting = [each.account for each in listed if each.rank in (home.DUE, home.SOON) and visit.can_edit]
    renewable = renewing.offered_among(visit.session, visit.reader, waiting) if waiting else {}
    ids = {account.id for account in waiting}
    return tuple(
        Row(
            standing=visit.reader.standing(each.account),
            waits=each.account.id in ids,
            lift=_lift(visit, each.account, before.get(each.account.id)),
            renewable=renewable.get(each.account.id),
            snoozed_until=each.snoozed_until,
            covered_for=each.account.owner if each.account.owner != visit.actor.user else None,
        )
        for each in listed
    )


def _lift(visit: Visit, account: Account, before: Rated | None) -> Fraction | None:
    """How much the CMI changed with the last rating, both by the framework of today: new weights lift nobody."""
    if before is None or account.cmi is None:
        return None
    used = visit.reader.framework_of(account)
    asked = used
    if before.framework_id != account.framework_id:
        asked = workspaces.framework_by_id(visit.session, before.framework_id)
    then = score(used, before.ratings).cmi if used.asks_the_same_as(asked) else None
    return None if then is None else account.cmi - then
