"""Decisions about accounts: to let one go or not, the figures that such a decision needs, and looking again."""

import logging
from datetime import datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound, Overtaken
from bot.flows import episodes, moments, people, permissions, turns
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.permissions import Right
from bot.store import accounts, audit, messages, workspaces
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Episode
from bot.views.amounts import Figures
from bot.views.decision_form import Decision, DecisionEntry, DecisionForm
from bot.views.review import Review
from cmi_core.cells import LET_CHURN_CELLS

log = logging.getLogger(__name__)

_REVIEW_AFTER = timedelta(days=30)
_OVER = "The account has left this cell since, so there is nothing to decide any more."


def open_form(db: Database, now: datetime, actor: Actor, episode_id: int) -> DecisionForm:
    """The form, beginning with the last decision if there is one. NotFound where the episode is over."""
    with db.read() as session:
        episode = _open_episode(session, actor, episode_id)
        account = permissions.get(session, now, actor, episode.account_id, Right.RATE)
        settings = workspaces.settings_of(session, actor.workspace_id)
        last = Decision.model_validate(episode.decision) if episode.decision else None
        return DecisionForm(
            episode_id=episode.id,
            name=account.name,
            decider=last.decider if last else episode.claimed_by or account.owner or actor.user,
            review_on=local_day(settings, now) + _REVIEW_AFTER,
            what=last.what if last else None,
            reason=last.reason if last else "",
            figures=_figures(account),
            last=last,
        )


def decide(db: Database, now: datetime, actor: Actor, entry: DecisionEntry) -> tuple[int, str, Decision]:
    """Store a decision without errors, and tell it on the alert. Gives the account's id and name with it.

    Sent twice it is done once. Overtaken where somebody else decided since the form was opened.
    """
    if entry.what is None or entry.review_on is None:
        raise ValueError("an entry with errors can't be stored")
    decision = Decision(
        what=entry.what, decider=entry.decider, reason=entry.reason, review_on=entry.review_on, by=actor.user, on=now
    )
    with db.write() as session:
        account_id = _open_episode(session, actor, entry.episode_id).account_id
        account = permissions.lock(session, now, actor, account_id)
        episode = _open_episode(session, actor, entry.episode_id)
        last = Decision.model_validate(episode.decision) if episode.decision else None
        if last is not None and last.model_copy(update={"on": decision.on}) == decision:
            return account.id, account.name, last
        if last is not None and last.on != entry.seen and last.by != actor.user:
            raise Overtaken(f"<@{last.by}> entered a decision meanwhile.")
        before, episode.decision = episode.decision, decision.model_dump(mode="json")
        episode.review_on = decision.review_on
        _store_figures(session, now, actor, account, entry.figures)
        audit.note(
            session,
            actor.workspace_id,
            now,
            actor=actor.user,
            action="decide",
            subject=f"episode:{episode.id}",
            before=before,
            after=episode.decision,
            reason=decision.reason,
        )
        episodes.tell(session, now, episode, "decided", by=actor.user, decision=decision)
        return account.id, account.name, decision


def read_figures(db: Database, now: datetime, actor: Actor, account_id: int) -> tuple[str, Figures]:
    """The account's name, lifetime value and gross margin."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        return account.name, _figures(account)


def write_figures(db: Database, now: datetime, actor: Actor, account_id: int, figures: Figures) -> None:
    """Store both figures as they stand in the form: an emptied one is unknown again."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id)
        _store_figures(session, now, actor, account, figures)


def tick(db: Database, now: datetime, client: WebClient) -> int:
    """Remind whoever decided on the review date, once, at their working hours. Gives the number of reminders owed."""
    with db.read() as session:
        due = _due(session, now)
        found = [(row.id, row.workspace_id, str((row.decision or {}).get("decider"))) for row in due]
    for workspace_id in {workspace_id for _, workspace_id, _ in found}:
        people.refresh(db, now, client, workspace_id, {user for _, each, user in found if each == workspace_id})
    reminded = 0
    for episode_id, _, _ in found:
        try:
            reminded += _remind(db, now, episode_id)
        except Exception:  # one person's trouble must not keep the others from being reminded
            log.exception("Episode %s could not be reminded of; trying again at the next tick", episode_id)
    return reminded


def _due(session: Session, now: datetime, episode_id: int | None = None) -> list[Episode]:
    by = moments.latest_day(now)
    statement = select(Episode).where(Episode.review_on <= by, Episode.ended_at.is_(None))
    if episode_id is not None:
        statement = statement.where(Episode.id == episode_id).with_for_update(skip_locked=True)
    return list(session.scalars(statement.order_by(Episode.id)))


def _remind(db: Database, now: datetime, episode_id: int) -> int:
    with db.write() as session:
        for episode in _due(session, now, episode_id):  # none where another process is at it
            settings = workspaces.settings_of(session, episode.workspace_id)
            decision = Decision.model_validate(episode.decision)
            to = _whom(session, now, episode, decision, settings.fallback_channel)
            person = people_store.lock(session, episode.workspace_id, to) if to and to[0] in "UW" else None
            today = turns.good_moment(now, person, settings)
            waits = today is None or decision.review_on > today
            if to is None or today is None or waits or (person is not None and person.last_messaged_on == today):
                return 0
            account = accounts.get(session, episode.workspace_id, episode.account_id)
            episode.review_on = None
            if person is not None:
                people_store.messaged(session, episode.workspace_id, to, today, asked=False)
            owed = messages.owe(
                session,
                workspace_id=episode.workspace_id,
                key=f"review:{episode.id}:{decision.review_on}:{to}",
                kind="review",
                recipient=to,
                data=Review(
                    episode_id=episode.id,
                    account_id=account.id,
                    name=account.name,
                    cell=episode.cell,
                    since=episode.opened_at,
                    decision=decision,
                ),
                now=now,
                priority=Priority.PROMPT,
            )
            return int(owed is not None)
    return 0


def _whom(session: Session, now: datetime, episode: Episode, decision: Decision, fallback: str | None) -> str | None:
    """The decider, else the account's owner, else the fallback channel: a reminder to nobody would be a loss."""
    owner = accounts.get(session, episode.workspace_id, episode.account_id).owner
    for user in filter(None, (decision.decider, owner)):
        person = people_store.find(session, episode.workspace_id, [user]).get(user)
        if people.may_be_asked(person, now):
            return user
    return fallback


def _open_episode(session: Session, actor: Actor, episode_id: int) -> Episode:
    statement = select(Episode).where(Episode.id == episode_id, Episode.workspace_id == actor.workspace_id)
    episode = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if episode is None or episode.ended_at is not None or episode.cell not in LET_CHURN_CELLS:
        raise NotFound(_OVER)
    return episode


def _figures(account: Account) -> Figures:
    return Figures(lifetime_value=account.lifetime_value, gross_margin=account.gross_margin)


def _store_figures(session: Session, now: datetime, actor: Actor, account: Account, figures: Figures) -> None:
    before = _figures(account)
    after = Figures(lifetime_value=figures.lifetime_value, gross_margin=figures.gross_margin)
    if after == before:
        return
    account.lifetime_value, account.gross_margin = after.lifetime_value, after.gross_margin
    audit.note(
        session,
        account.workspace_id,
        now,
        actor=actor.user,
        action="figures",
        subject=f"account:{account.id}",
        before=before.model_dump(mode="json", exclude={"errors"}),
        after=after.model_dump(mode="json", exclude={"errors"}),
    )
