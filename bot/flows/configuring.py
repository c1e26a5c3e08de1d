"""Changing the map or a framework: what a change would do, and doing it in one transaction.

A change of configuration pages nobody: episodes open and end silently, and one summary says what became of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound, UserError
from bot.flows import frameworks, moving, replacing
from bot.flows.actor import Actor
from bot.flows.replacing import Derived, Row, Rule
from bot.flows.settings import require_admin
from bot.store import audit, messages, workspaces
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account
from bot.views.config_summary import ConfigSummary, Shift, Transition
from bot.views.frameworks_form import FrameworkChoice, FrameworkRuleLine, KnownFramework
from bot.workspace_settings import FrameworkRule, WorkspaceSettings
from cmi_core import Framework, FrameworkError
from cmi_core.matrix import MapSettings

_LISTED = 20
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class NewMap:
    """Another kind of map, other cuts, margins, alert cells or thresholds."""

    map: MapSettings


@dataclass(frozen=True)
class NewFramework:
    """A new version of a framework, or a framework that is new to the workspace. Its version number is ours to give."""

    framework: Framework


@dataclass(frozen=True)
class NewChoice:
    """Which framework is for whom. Moves nothing: an account keeps its place until it is rated again."""

    framework: str
    team_framework: str
    rules: tuple[FrameworkRule, ...]


Change = NewMap | NewFramework | NewChoice


@dataclass(frozen=True)
class _Reckoned:
    """A change's effect, reckoned from `rows` and the settings of `version`."""

    version: int
    rule: Rule | None
    derived: list[Derived]
    rows: list[Row]


def current_map(db: Database, actor: Actor) -> MapSettings:
    """The map in force, for its form. NotAllowed for who isn't an admin."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        return settings.map


def current_framework(db: Database, actor: Actor, name: str = "") -> Framework:
    """A framework in force, by default that for customers. NotAllowed as before; NotFound where there is none."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        try:
            return workspaces.framework_or_built_in(session, actor.workspace_id, name or settings.framework)
        except FrameworkError as error:
            raise NotFound(str(error)) from error


def current_choice(db: Database, actor: Actor) -> FrameworkChoice:
    """Which framework is for whom, with all that there are to choose from. NotAllowed as before."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        known = frameworks.available(session, actor.workspace_id)
    return FrameworkChoice(
        framework=settings.framework,
        team_framework=settings.team_framework,
        rules=tuple(FrameworkRuleLine.model_validate(rule.model_dump()) for rule in settings.framework_rules),
        known=tuple(KnownFramework(id=each.id, name=each.name, subject=each.subject) for each in known),
    )


def preview(db: Database, actor: Actor, change: Change) -> ConfigSummary:
    """Count what a change would do, without doing it. NotAllowed for who isn't an admin."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        return _effect(session, actor, settings, change, _reckon(session, actor.workspace_id, change))


def count(db: Database, actor: Actor, change: Change) -> ConfigSummary:
    """The same for anybody who only asks what if."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        return _effect(session, actor, settings, change, _reckon(session, actor.workspace_id, change))


def apply(db: Database, now: datetime, actor: Actor, change: Change) -> ConfigSummary:
    """Make the change and place every account that it moves, in one transaction, with one summary for all.

    What is already so is no change. Who rates an account meanwhile waits for the end of the write, not of the
    reckoning; what they changed before it is reckoned again.
    """
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        reckoned = _reckon(session, actor.workspace_id, change)
        effect = _effect(session, actor, settings, change, reckoned)
    seen = {row.id: row.revision for row in reckoned.rows}
    with db.write(_PATIENCE_SECONDS) as session:
        workspace = workspaces.lock_settings(session, actor.workspace_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        if _is_in_force(session, actor.workspace_id, settings, change):
            return ConfigSummary(by=actor.user, what=_what(change), moved=0)
        caught_up = _catch_up(session, actor.workspace_id, change, reckoned, seen)
        if caught_up is not reckoned:
            reckoned, effect = caught_up, _effect(session, actor, settings, change, caught_up)
        after, framework_id = _store(session, actor.workspace_id, settings, change)
        workspace.settings, workspace.version = after.model_dump(mode="json"), workspace.version + 1
        session.flush()
        moving.write(
            session,
            now,
            reckoned.derived,
            by=actor.user,
            settings_version=workspace.version,
            framework_id=framework_id,
        )
        moving.match_episodes(session, now, actor.workspace_id, after)
        audit.note(
            session,
            actor.workspace_id,
            now,
            actor=actor.user,
            action="configure",
            subject=f"workspace:{actor.workspace_id}",
            before={"settings": settings.model_dump(mode="json")},
            after={"settings": workspace.settings, "moved": effect.moved, "framework_id": framework_id},
        )
        messages.owe(
            session,
            workspace_id=actor.workspace_id,
            key=f"configuration:{workspace.version}",
            kind="summary",
            recipient=after.alert_channel or actor.user,
            data=effect,
            now=now,
            priority=Priority.DIGEST,
        )
        return effect


def _reckon(session: Session, workspace_id: int, change: Change) -> _Reckoned:
    settings = workspaces.settings_of(session, workspace_id)
    version = workspaces.version_of(session, workspace_id)
    rule = _rule(session, workspace_id, settings, change)
    if rule is None:
        return _Reckoned(version, None, [], [])
    rows = replacing.read(session, workspace_id)
    return _Reckoned(version, rule, replacing.derive(rows, rule), rows)


def _catch_up(
    session: Session, workspace_id: int, change: Change, before: _Reckoned, seen: Mapping[int, int]
) -> _Reckoned:
    """The effect as of now, under the lock: only what is not as it was `seen` is reckoned again."""
    if before.version != workspaces.version_of(session, workspace_id):
        return _reckon(session, workspace_id, change)
    if before.rule is None:
        return before
    changed = moving.changed_since(session, workspace_id, seen)
    if not changed:
        return before
    kept = [derived for derived in before.derived if derived.id not in changed]
    again = replacing.derive(replacing.read(session, workspace_id, changed), before.rule)
    return _Reckoned(before.version, before.rule, kept + again, [])


def _rule(session: Session, workspace_id: int, settings: WorkspaceSettings, change: Change) -> Rule | None:
    """By what accounts are placed after the change; None where it moves none."""
    versions = workspaces.framework_versions(session, workspace_id)
    default = workspaces.framework_or_built_in(session, workspace_id, settings.framework)
    if isinstance(change, NewMap):
        same_places = (change.map.kind, change.map.cmi_cuts, change.map.chs_cuts) == (
            settings.map.kind,
            settings.map.cmi_cuts,
            settings.map.chs_cuts,
        )
        return None if same_places else Rule(change.map, versions, default, {}, only_those=False)
    if isinstance(change, NewFramework):
        new = change.framework
        same = {key: new for key, old in versions.items() if old.id == new.id and old.asks_the_same_as(new)}
        return Rule(settings.map, {**versions, **same}, default, same, only_those=True) if same else None
    return None


def _is_in_force(session: Session, workspace_id: int, settings: WorkspaceSettings, change: Change) -> bool:
    if isinstance(change, NewMap):
        return change.map == settings.map
    if isinstance(change, NewFramework):
        try:
            current = workspaces.framework_or_built_in(session, workspace_id, change.framework.id)
        except ValueError:  # a name that is new
            return False
        return {**current.to_dict(), "version": 0} == {**change.framework.to_dict(), "version": 0}
    chosen = (settings.framework, settings.team_framework, settings.framework_rules)
    return (change.framework, change.team_framework, change.rules) == chosen


def _store(
    session: Session, workspace_id: int, settings: WorkspaceSettings, change: Change
) -> tuple[WorkspaceSettings, int | None]:
    """The settings after the change, and the row of the framework version that it published."""
    if isinstance(change, NewMap):
        return settings.model_copy(update={"map": change.map}), None
    if isinstance(change, NewFramework):
        return settings, workspaces.publish(session, workspace_id, change.framework)
    _check(session, workspace_id, change)
    chosen = {
        "framework": change.framework,
        "team_framework": change.team_framework,
        "framework_rules": change.rules,
    }
    return settings.model_copy(update=chosen), None


def _check(session: Session, workspace_id: int, change: NewChoice) -> None:
    """UserError where a framework is not there, or can't judge what it is chosen for."""
    for_customers = {change.framework, *(rule.framework for rule in change.rules)}
    chosen = [(change.team_framework, "team"), *((name, "customer") for name in for_customers)]
    for name, subject in chosen:
        framework = workspaces.framework_or_built_in(session, workspace_id, name)
        if framework.kind != "cmi" or framework.subject != subject:
            raise UserError(f"{framework.name} can't be used here: it judges something else.")


def _effect(
    session: Session, actor: Actor, settings: WorkspaceSettings, change: Change, reckoned: _Reckoned
) -> ConfigSummary:
    after = change.map if isinstance(change, NewMap) else settings.map
    moved = [derived for derived in reckoned.derived if derived.cell != derived.from_cell]
    counts = Counter((derived.from_cell, derived.cell) for derived in moved)
    first = [derived for derived in moved if derived.cell in after.alert_cells]
    return ConfigSummary(
        by=actor.user,
        what=_what(change),
        moved=len(moved),
        rescored=len(reckoned.derived) if reckoned.rule is not None and reckoned.rule.only_those else 0,
        opened=len(first) + _newly_watched(session, actor.workspace_id, settings.map, after, moved),
        transitions=tuple(Transition(from_cell=a, to_cell=b, accounts=n) for (a, b), n in counts.most_common()),
        shifts=_named(session, [*first, *(each for each in moved if each.cell not in after.alert_cells)]),
    )


def _newly_watched(
    session: Session, workspace_id: int, before: MapSettings, after: MapSettings, moved: Sequence[Derived]
) -> int:
    """How many accounts stay where they are, in a cell that becomes an alert cell."""
    cells = set(after.alert_cells) - set(before.alert_cells)
    if not cells:
        return 0
    standing = select(func.count()).where(
        Account.workspace_id == workspace_id, Account.lifecycle != "churned", Account.cell.in_(cells)
    )
    return session.execute(standing).scalar_one() - sum(each.from_cell in cells for each in moved)


def _named(session: Session, moved: Sequence[Derived]) -> tuple[Shift, ...]:
    """The first accounts with their names; those that need somebody come first."""
    listed = moved[:_LISTED]
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_([each.id for each in listed])))
    names = {row.id: row.name for row in found}
    return tuple(
        Shift(account_id=each.id, name=names[each.id], from_cell=each.from_cell, to_cell=each.cell) for each in listed
    )


def _what(change: Change) -> str:
    """What was changed, as the object of "changed"."""
    if isinstance(change, NewMap):
        return "the map"
    return f"the framework {change.framework.name}" if isinstance(change, NewFramework) else "which framework is used"
