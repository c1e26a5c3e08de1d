"""Asking somebody again whom two reminders did not help: what a manager can do from their digest."""

from datetime import datetime

from bot.errors import NotAllowed
from bot.flows import people, permissions, prompts
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import audit, nudging, workspaces
from bot.store.database import Database


def ask_again(db: Database, now: datetime, actor: Actor, owner: str) -> int:
    """Let the next message remind of what an owner has left, once more. Gives the number of accounts; 0: none is left.

    Asked twice it is done once. NotAllowed for who is neither their manager nor an admin.
    """
    with db.write() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        if not people.speaks_for(session, settings, actor, owner):
            ask = permissions.ask_admins(settings)
            raise NotAllowed(f"Only their manager or an admin can have somebody asked again. {ask}")
        # Who said that an account isn't theirs is not asked about it again: it waits for another owner.
        in_vain = nudging.in_vain(session, actor.workspace_id, owner)
        found = [prompt for prompt in in_vain if prompt.role != prompts.DISOWNED]
        for prompt in found:
            prompt.reminders, prompt.remind_on = 1, local_day(settings, now)
        if found:
            audit.note(
                session,
                actor.workspace_id,
                now,
                actor=actor.user,
                action="ask again",
                subject=f"person:{owner}",
                after={"accounts": len(found)},
            )
        return len(found)
