"""Explaining an account: what it is asked for, gathered; what it means is the core's to say."""

from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from bot.flows import answers, frameworks, permissions, second_ratings
from bot.flows.actor import Actor
from bot.flows.standings import Reader, placement_of
from bot.store import history, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Workspace
from bot.views.card import Moved
from bot.views.explain import Drift, Explain, Second
from cmi_core import Framework, explain


def account(db: Database, now: datetime, actor: Actor, account_id: int) -> Explain:
    """Everything behind an account's scores and place. NotFound where there is no such account."""
    with db.read() as session:
        row = permissions.get(session, now, actor, account_id)
        reader = Reader(session, actor.workspace_id, now)
        framework = reader.framework_of(row)
        rated = history.assessments(session, row.id, limit=2)
        latest = rated[0] if rated else None
        before = _comparable(session, rated[1], framework) if len(rated) > 1 else None
        ratings = answers.unpack(framework, row.answers) if row.answers is not None else {}
        stays = history.placements(session, row.id, limit=2)
        stay = stays[0] if stays else None
        told = explain.explain(
            framework,
            ratings,
            reader.settings.map,
            row.health if row.subject == "customer" else None,
            current=placement_of(row),
            previous=before.ratings if before else None,
            map_version=stay.settings_version if stay else 1,
        )
        return Explain(
            standing=reader.standing(row),
            framework=framework,
            map=reader.settings.map,
            told=told if latest else None,
            ratings=ratings,
            notes=dict(latest.category_notes) if latest else {},
            rated=second_ratings.rater_of(latest) if latest else None,
            kind=latest.kind if latest else "rated",
            previous=second_ratings.rater_of(before) if before else None,
            moved=Moved(on=stay.started_at, cause=stay.cause) if stay else None,
            by=stay.by if stay else None,
            placed_under=stay.settings_version if stay else None,
            settings_version=session.get_one(Workspace, actor.workspace_id).version,
            seconds=tuple(
                Second(assessment_id=each, comparison=found) for each, found in second_ratings.latest(session, row)
            ),
            drift=_drift(session, row),
        )


def _comparable(session: Session, before: Assessment, framework: Framework) -> Assessment | None:
    """The rating before, unless it answered other questions."""
    used = workspaces.framework_by_id(session, before.framework_id)
    return None if frameworks.is_older(used, framework) else before


def _drift(session: Session, row: Account) -> Drift | None:
    """Between the last rating of the owner before and the first of the owner who rated last."""
    rated = history.by_owners(session, row.id)
    for after, before in pairwise(rated):
        if after.rater != before.rater:
            mean = explain.drift(before.ratings, after.ratings)
            if mean is None:
                return None
            return Drift(before=second_ratings.rater_of(before), after=second_ratings.rater_of(after), mean=mean)
    return None
