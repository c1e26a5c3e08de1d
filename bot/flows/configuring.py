"""Changing the map or a framework: what a change would do, and doing it in one transaction.

A change of configuration pages nobody: episodes open and end silently, and one summary says what became of them.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, func, select
from sqlalchemy.orm import Session

from bot.errors import Busy, NotFound, UserError
from bot.flows import config_effect, frameworks, moving, replacing
from bot.flows.actor import Actor
from bot.flows.config_effect import Effect
from bot.flows.moving import STAGED, Moves
from bot.flows.replacing import Rule
from bot.flows.settings import require_admin, require_unchanged
from bot.store import audit, messages, workspaces
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Workspace
from bot.views.config_summary import ConfigSummary
from bot.views.frameworks_form import FrameworkChoice, FrameworkRuleLine, KnownFramework
from bot.workspace_settings import FrameworkRule, WorkspaceSettings
from cmi_core import Framework, FrameworkError
from cmi_core.matrix import MapSettings

_PATIENCE_SECONDS = 30.0
_TRIES = 3


@dataclass(frozen=True)
class NewMap:
    """Another kind of map, other cuts, margins, alert cells or thresholds."""

    map: MapSettings


@dataclass(frozen=True)
class NewFramework:
    """A new version of a framework, or a framework that is new to the workspace. Its version number is ours to give.

    With `after` it is refused unless that version is in force, 0 for a name that is new: it was looked at beside it.
    """

    framework: Framework
    after: int | None = None


@dataclass(frozen=True)
class NewChoice:
    """Which framework is for whom. Moves nothing: an account keeps its place until it is rated again."""

    framework: str
    team_framework: str
    rules: tuple[FrameworkRule, ...]


Change = NewMap | NewFramework | NewChoice


class _Overtaken(Exception):
    """The settings were changed by somebody else after they were read."""


@dataclass(frozen=True)
class _Making:
    """A change that is being made, inside its transaction."""

    session: Session
    now: datetime
    actor: Actor
    change: Change
    seen: int | None = None


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
        known=tuple(
            KnownFramework(id=each.id, name=each.name, subject=each.subject, warnings=each.warnings) for each in known
        ),
    )


def preview(db: Database, actor: Actor, change: Change) -> ConfigSummary:
    """Count what a change would do, without doing it. NotAllowed for who isn't an admin."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        return _foreseen(session, actor, settings, change)


def count(db: Database, actor: Actor, change: Change) -> ConfigSummary:
    """The same for anybody who only asks what if."""
    with db.read() as session:
        return _foreseen(session, actor, workspaces.settings_of(session, actor.workspace_id), change)


def _foreseen(session: Session, actor: Actor, settings: WorkspaceSettings, change: Change) -> ConfigSummary:
    rule = _rule(session, actor.workspace_id, settings, change)
    places = replacing.places(session, actor.workspace_id, rule) if rule else None
    return _effect(session, actor, settings, change, places)


def apply(db: Database, now: datetime, actor: Actor, change: Change, *, seen: int | None = None) -> ConfigSummary:
    """Make the change and place every account that it moves, in one transaction, with one summary for all.

    What is already so is no change. Who rates an account meanwhile waits for the end of the write, not of the
    reckoning; what they changed before it is reckoned again. Busy where the settings are changed again and again.
    `seen` is the version that the form showed: ChangedMeanwhile where somebody changed the same since.
    """
    for _ in range(_TRIES):
        with suppress(_Overtaken), db.write(_PATIENCE_SECONDS) as session:
            return _apply(_Making(session, now, actor, change, seen))
    raise Busy("Somebody else is changing the settings just now. Please look at them, and try again.")


def _apply(making: _Making) -> ConfigSummary:
    session, actor, change = making.session, making.actor, making.change
    settings = workspaces.settings_of(session, actor.workspace_id)
    require_admin(settings, actor)
    if _is_in_force(session, actor.workspace_id, settings, change):
        return ConfigSummary(by=actor.user, what=_what(change), moved=0)
    require_unchanged(session, actor, making.seen, _keys(change))
    if isinstance(change, NewFramework) and change.after is not None:
        frameworks.refuse_overtaken(session, actor.workspace_id, change.framework, change.after)
    version = workspaces.version_of(session, actor.workspace_id)
    moves = Moves(session, making.now, by=actor.user, settings_version=version + 1)
    rule = _rule(session, actor.workspace_id, settings, change)
    if rule is not None:
        moves.stage(replacing.places(session, actor.workspace_id, rule))
    effect = _effect(session, actor, settings, change, STAGED if rule else None)
    workspace = workspaces.lock_settings(session, actor.workspace_id)
    if workspace.version != version:
        raise _Overtaken
    if rule is not None and _caught_up(making, settings, rule, moves):
        effect = _effect(session, actor, settings, change, STAGED)
    weights = _weights(session, actor.workspace_id, change)
    after, framework_id = _store(session, actor.workspace_id, settings, change)
    workspace.settings, workspace.version = after.model_dump(mode="json"), version + 1
    session.flush()
    if rule is not None:
        moves.write(framework_id)
    moving.match_episodes(session, making.now, actor.workspace_id, after)
    done = {"settings": workspace.settings, "moved": effect.moved, "framework_id": framework_id}
    _note(making, workspace, {"settings": settings.model_dump(mode="json"), **weights[0]}, {**done, **weights[1]})
    _tell(making, workspace, settings, effect)
    return effect


def _caught_up(making: _Making, settings: WorkspaceSettings, rule: Rule, moves: Moves) -> bool:
    """Under the lock: stage anew what is not as it was any more. Gives whether there was any."""
    session, workspace_id = making.session, making.actor.workspace_id
    changed = moves.changed(replacing.touched(workspace_id, rule))
    if not changed:
        return False
    # Whoever rated meanwhile may have been the first to use a framework, whose row the rule then lacks.
    newest = _rule(session, workspace_id, settings, making.change) or rule
    moves.stage_again(changed, replacing.places(session, workspace_id, newest, changed))
    return True


def _note(making: _Making, workspace: Workspace, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.note(
        making.session,
        workspace.id,
        making.now,
        actor=making.actor.user,
        action="configure",
        subject=f"workspace:{workspace.id}",
        before=before,
        after=after,
        settings_version=workspace.version,
    )


def _keys(change: Change) -> frozenset[str]:
    """What of the audit log's documents a change is about."""
    if isinstance(change, NewMap):
        return frozenset({"map"})
    if isinstance(change, NewFramework):
        return frozenset({f"weights of {change.framework.name}"})
    return frozenset({"framework", "team_framework", "framework_rules"})


def _weights(session: Session, workspace_id: int, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    """A framework's weights before and after a change, for the log; nothing for other changes."""
    if not isinstance(change, NewFramework):
        return {}, {}
    key, new = f"weights of {change.framework.name}", change.framework
    before: dict[str, Any] = {}
    with suppress(ValueError):  # a framework that is new to the workspace had none
        old = workspaces.framework_or_built_in(session, workspace_id, new.id)
        before = {key: {category.name: str(category.weight) for category in old.categories}}
    return before, {key: {category.name: str(category.weight) for category in new.categories}}


def _tell(making: _Making, workspace: Workspace, before: WorkspaceSettings, effect: ConfigSummary) -> None:
    """The summary: for the alert channel where it says anything about accounts, else for who did it."""
    user = making.actor.user
    concerns_others = bool(effect.moved or effect.opened)
    messages.owe(
        making.session,
        workspace_id=workspace.id,
        key=f"configuration:{workspace.version}",
        kind="summary",
        recipient=(before.alert_channel if concerns_others else None) or user,
        data=effect,
        now=making.now,
        priority=Priority.DIGEST,
    )


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
        return None if same_places else Rule(change.map, versions, default, {})
    if isinstance(change, NewFramework):
        new = change.framework
        same = {key: new for key, old in versions.items() if old.id == new.id and old.asks_the_same_as(new)}
        return Rule(settings.map, versions, default, same) if same else None
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
    session: Session, actor: Actor, settings: WorkspaceSettings, change: Change, places: FromClause | None
) -> ConfigSummary:
    after = change.map if isinstance(change, NewMap) else settings.map
    effect = Effect() if places is None else config_effect.of(session, places, after.alert_cells)
    rescored = 0
    if places is not None and isinstance(change, NewFramework):
        rescored = session.execute(select(func.count()).select_from(places)).scalar_one()
    already_there = config_effect.already_there(session, actor.workspace_id, settings.map, after, places)
    return ConfigSummary(
        by=actor.user,
        what=_what(change),
        moved=effect.moved,
        rescored=rescored,
        opened=effect.opened + already_there,
        transitions=effect.transitions,
        shifts=effect.shifts,
    )


def _what(change: Change) -> str:
    """What was changed, as the object of "changed"."""
    if isinstance(change, NewMap):
        return "the map"
    return f"the framework {change.framework.name}" if isinstance(change, NewFramework) else "which framework is used"
