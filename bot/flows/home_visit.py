"""Who looks at the Home, and what follows from that for all of its tabs."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from bot.flows import permissions
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.permissions import Right
from bot.flows.standings import Reader
from bot.store import home, portfolio
from bot.store.home import Visitor
from bot.store.home_alerts import Alarm
from bot.views.decision_form import Decision
from bot.views.home_alerts import OwnAlert
from bot.views.home_state import HomeState, Scope, Tab, read
from bot.workspace_settings import WorkspaceSettings


@dataclass(frozen=True)
class Visit:
    """One look at the Home, inside a transaction."""

    session: Session
    now: datetime
    actor: Actor
    reader: Reader
    visitor: Visitor
    chosen: HomeState

    @property
    def settings(self) -> WorkspaceSettings:
        return self.reader.settings

    @cached_property
    def today(self) -> date:
        return local_day(self.settings, self.now)

    @property
    def quarter_from(self) -> date:
        """The first day of the calendar quarter."""
        return date(self.today.year, self.today.month - (self.today.month - 1) % 3, 1)

    @property
    def is_admin(self) -> bool:
        """Whether somebody made this person an admin; before that, everybody may set up."""
        return self.actor.user in self.settings.admins

    @property
    def can_edit(self) -> bool:
        return self.is_admin or self.visitor.role != "viewer"

    @property
    def leads_all(self) -> bool:
        """Whether the figures of each owner are theirs to see."""
        return self.is_admin or self.visitor.role == "leader"

    @property
    def sees_all(self) -> bool:
        who = permissions.Standing(admin=self.is_admin, role=self.visitor.role or "member")
        return permissions.may(Right.SEE, self.settings.access, who, frozenset())

    @property
    def weekly(self) -> bool | None:
        """Whether they get the weekly report; None where nobody does."""
        if not self.settings.weekly.on:
            return None
        chosen = self.visitor.weekly
        return (self.visitor.role == "leader" or self.visitor.leads) if chosen is None else chosen

    @cached_property
    def team(self) -> tuple[str, ...]:
        """This person, and who reports to them."""
        return (self.actor.user, *portfolio.reports(self.session, self.actor.workspace_id, self.actor.user))

    @property
    def state(self) -> HomeState:
        """What they chose, as far as it is theirs to choose; else what fits who they are."""
        tab = self.chosen.tab if self.chosen.tab in self.tabs else self._first_tab
        scope = self.chosen.scope if self.chosen.scope in self.scopes else self.scopes[0]
        return self.chosen.model_copy(update={"tab": tab, "scope": scope})

    @property
    def tabs(self) -> tuple[Tab, ...]:
        leads = self.visitor.leads or self.is_admin or self.visitor.role in ("leader", "viewer")
        found: list[Tab] = ["accounts"]
        found += ["portfolio"] if leads else []
        return (*found, "setup") if self.settings.is_admin(self.actor.user) else tuple(found)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """A team of one's own, and everyone where one may see everybody's accounts."""
        team: tuple[Scope, ...] = ("team",) if self.visitor.leads else ()
        return (*team, "everyone") if self.sees_all or not team else team

    @property
    def _first_tab(self) -> Tab:
        """Owners begin with their accounts, leaders with the portfolio, admins with what is left to set up."""
        if self.visitor.role != "leader" and self.visitor.owns:
            return "accounts"
        if self.is_admin and self.settings.gaps():
            return "setup"
        return "portfolio" if "portfolio" in self.tabs and self.visitor.any_accounts else "accounts"


def enter(session: Session, now: datetime, actor: Actor) -> Visit:
    """Read what there is to know about whoever looks."""
    reader = Reader(session, actor.workspace_id, now)
    day = local_day(reader.settings, now)
    visitor = home.visitor(session, actor.workspace_id, actor.user, day)
    return Visit(session, now, actor, reader, visitor, read(visitor.home or {}).as_of(day))


def own_alert(alarm: Alarm, visit: Visit) -> OwnAlert:
    """An open episode, as the Home shows it."""
    episode = alarm.episode
    return OwnAlert(
        episode_id=episode.id,
        account_id=episode.account_id,
        name=alarm.name,
        owner=alarm.owner,
        mine=alarm.owner == visit.actor.user,
        cell=episode.cell,
        opened_on=episode.opened_at,
        claimed_by=episode.claimed_by,
        snoozed_until=later(episode.snoozed_until, visit.today),
        decision=Decision.model_validate(episode.decision) if episode.decision else None,
        # One whose alert is held back with its batch can't be taken on before an admin has looked.
        can_claim=visit.can_edit and episode.claimed_by is None and episode.message_id is not None,
    )


def later(day: date | None, today: date) -> date | None:
    """A day that is still to come, else None."""
    return day if day is not None and day > today else None
