"""Sharing figures: what a window shows, as a message to oneself or in a channel."""

import hashlib
from datetime import datetime

from bot.charts.data import TrendChart
from bot.errors import UserError
from bot.flows import account_pictures, permissions, pictures, portfolio
from bot.flows.actor import Actor
from bot.store import audit, messages
from bot.store.database import Database
from bot.store.messages import Priority
from bot.views import figures
from bot.views.portfolio import Map, OverTime
from bot.views.query import Query
from bot.views.report import Report
from bot.views.share_form import Shared
from bot.views.text import tidy

_NOTHING = "There is nothing to share here yet."


def share(db: Database, now: datetime, actor: Actor, shared: Shared, to: str) -> None:
    """Owe the figures to a channel or to the person; asked for twice within a minute, they come once.

    UserError where there is nothing to share; NotFound and NotAllowed where it isn't this person's to see.
    """
    report = _report(db, now, actor, shared)
    asked = hashlib.sha256(shared.model_dump_json().encode()).hexdigest()[:16]
    with db.write() as session:
        owed = messages.owe(
            session,
            workspace_id=actor.workspace_id,
            key=f"share:{actor.user}:{to}:{asked}:{now:%Y%m%d%H%M}",
            kind="report",
            recipient=to,
            data=report,
            now=now,
            priority=Priority.ANSWER,
        )
        if owed is not None and to != actor.user:
            subject = f"account:{shared.account_id}" if shared.account_id else f"workspace:{actor.workspace_id}"
            audit.note(
                session,
                actor.workspace_id,
                now,
                actor=actor.user,
                action="share",
                subject=subject,
                after={"channel": to, "title": report.title},
            )


def _report(db: Database, now: datetime, actor: Actor, shared: Shared) -> Report:
    if shared.account_id is not None:
        return _of_account(db, now, actor, shared.account_id)
    return of_portfolio(db, now, actor, shared.query or Query()).model_copy(update={"by": actor.user})


def of_portfolio(db: Database, now: datetime, actor: Actor, query: Query) -> Report:
    """The map, or the cells over the quarters, of what somebody may see. UserError for other ways of looking."""
    shown = portfolio.look(db, now, actor, query)
    drawing = pictures.of_portfolio(db, now, actor, shown)
    if isinstance(shown, Map) and shown.accounts:
        title, figure = "Customers by maturity and health", figures.of_map(shown, drawing)
    elif isinstance(shown, OverTime):
        title, figure = "Customers in each cell over time", figures.over_time(shown, drawing)
    else:
        raise UserError(_NOTHING)
    return Report(title=title, opening=query.markup, figures=(figure,))


def _of_account(db: Database, now: datetime, actor: Actor, account_id: int) -> Report:
    drawing = account_pictures.trend(db, now, actor, account_id)
    if drawing is None:
        raise UserError(_NOTHING)
    with db.read() as session:
        name = permissions.get(session, now, actor, account_id).name
    chart = TrendChart.model_validate(drawing.values)
    cmi = [(each.on, each.value) for each in chart.cmi]
    chs = [(each.on, each.value) for each in chart.chs if not each.written]
    bands = {each.on: f"{each.written} band" for each in chart.chs if each.written}
    figure = figures.trend(cmi, chs, drawing, bands)
    return Report(title=f"{tidy(name)} over time", figures=(figure,), by=actor.user)
