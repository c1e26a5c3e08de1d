"""Which framework an account is rated with, and by which version its present score was reckoned."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound, UserError
from bot.store import workspaces
from bot.store.tables import Account, FrameworkRow
from bot.views.survey import SurveyMeta
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, FrameworkError, built_in_frameworks


def available(session: Session, workspace_id: int, kind: str = "cmi") -> list[Framework]:
    """The frameworks of a kind that can be chosen: those shipped and the workspace's own, newest versions."""
    own = session.scalars(select(FrameworkRow.name).where(FrameworkRow.workspace_id == workspace_id).distinct())
    names = sorted({*built_in_frameworks(), *own})
    known = (workspaces.framework_or_built_in(session, workspace_id, name) for name in names)
    return [framework for framework in known if framework.kind == kind]


def in_force(session: Session, workspace_id: int, name: str) -> Framework | None:
    """The version in force of a framework; None for a name that is new."""
    try:
        return workspaces.framework_or_built_in(session, workspace_id, name)
    except FrameworkError:
        return None


def refuse_overtaken(session: Session, workspace_id: int, framework: Framework, after: int) -> None:
    """UserError where another version than `after` (0: none) is in force by now."""
    current = in_force(session, workspace_id, framework.id)
    if (current.version if current else 0) != after:
        raise UserError(
            f"Somebody published another version of “{framework.name}” meanwhile. Nothing was changed: "
            "upload your file again to see what it would do now."
        )


def for_health(session: Session, settings: WorkspaceSettings, workspace_id: int) -> Framework:
    """The framework whose questions give a health score, in the version in force."""
    return workspaces.framework_or_built_in(session, workspace_id, settings.health_framework)


def asked_in(session: Session, workspace_id: int, meta: SurveyMeta) -> Framework:
    """The framework version that a survey's page was built with. NotFound where it is gone."""
    framework = workspaces.framework_version(session, workspace_id, meta.framework, meta.version)
    if framework is not None:
        return framework
    current = workspaces.framework_or_built_in(session, workspace_id, meta.framework)
    if current.version != meta.version:
        raise NotFound("The questions have changed since this window was opened. Please open the rating again.")
    return current


def name_for(settings: WorkspaceSettings, subject: str, segments: Mapping[str, object]) -> str:
    """The framework for an account: a team's own, else the first rule that fits its segments, else the default."""
    if subject == "team":
        return settings.team_framework
    for rule in settings.framework_rules:
        if str(segments.get(rule.segment, "")).casefold() == rule.value.casefold():
            return rule.framework
    return settings.framework


def for_account(session: Session, settings: WorkspaceSettings, account: Account) -> Framework:
    """The framework that the account's next rating uses, in the version in force."""
    name = name_for(settings, account.subject, account.segments)
    return workspaces.framework_or_built_in(session, account.workspace_id, name)


def of_score(session: Session, settings: WorkspaceSettings, account: Account) -> Framework:
    """The framework version by which the account's present score was reckoned; before any rating the next one's.

    The score stands on this framework's scale, whatever the settings say since.
    """
    if account.framework_id is None:
        return for_account(session, settings, account)
    return workspaces.framework_by_id(session, account.framework_id)


def is_older(used: Framework, now: Framework) -> bool:
    """Whether a score comes from other questions than the account would be asked today: "older framework"."""
    return used.id != now.id or not used.asks_the_same_as(now)


def for_submission(session: Session, workspace_id: int, asked: Framework) -> tuple[int, Framework]:
    """The version that scores answers to `asked`: the one in force if it asks the same, else the very version asked.

    Weights may change while somebody fills in the survey; their answers then count by the weights in force.
    """
    row_id, current = workspaces.framework_in_force(session, workspace_id, asked.id)
    if current.asks_the_same_as(asked):
        return row_id, current
    used = session.scalars(
        select(FrameworkRow.id).where(
            FrameworkRow.workspace_id == workspace_id,
            FrameworkRow.name == asked.id,
            FrameworkRow.version == asked.version,
        )
    ).one()
    return used, asked
