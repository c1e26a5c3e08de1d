"""Attaching a message in Slack to an account, and what of it people are shown."""

from collections.abc import Iterable
from datetime import datetime

from bot.flows import lifecycle, permissions
from bot.flows.actor import Actor
from bot.flows.permissions import Right
from bot.flows.standings import Reader
from bot.store import evidence
from bot.store.database import Database
from bot.store.tables import Evidence as Row
from bot.store.upsert import insert_once
from bot.views.evidence import Attached, Evidence
from bot.views.standing import Standing


def attach(db: Database, now: datetime, actor: Actor, given: Attached) -> tuple[Standing, bool]:
    """Keep a message for the account's next rating. Gives the account, and whether the message was there before.

    The same message a second time waits for the next rating again, with the newer note, if there is one.
    """
    source = given.source
    with db.write() as session:
        account = permissions.lock(session, now, actor, given.account_id, Right.WORK)
        lifecycle.require_open(account)
        new = insert_once(
            session,
            Row,
            workspace_id=actor.workspace_id,
            account_id=account.id,
            channel=source.channel,
            ts=source.ts,
            author=source.author,
            excerpt=source.excerpt,
            note=given.note,
            added_by=actor.user,
            added_at=now,
        )
        if new is None:
            row = evidence.of_message(session, account.id, source.channel, source.ts)
            row.assessment_id = None
            row.note = given.note or row.note
        return Reader(session, actor.workspace_id, now).standing(account), new is None


def link(db: Database, actor: Actor, given: Attached, permalink: str) -> None:
    """Add where the message can be read, once Slack has said so."""
    with db.write() as session:
        row = evidence.of_message(session, given.account_id, given.source.channel, given.source.ts)
        if row.workspace_id == actor.workspace_id:
            row.permalink = permalink


def shown(rows: Iterable[Row]) -> tuple[Evidence, ...]:
    """Rows as people are shown them."""
    return tuple(
        Evidence(
            excerpt=row.excerpt,
            author=row.author,
            added_by=row.added_by,
            added_on=row.added_at,
            permalink=row.permalink,
            note=row.note,
        )
        for row in rows
    )
