"""Frameworks as files: handing them out, taking them back changed, and publishing them as a new version."""

from datetime import datetime

from slack_sdk import WebClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.files import Given
from bot.flows import configuring, frameworks, uploads
from bot.flows.actor import Actor
from bot.flows.configuring import NewFramework
from bot.flows.settings import require_admin
from bot.flows.uploads import Handed
from bot.store import workspaces
from bot.store.database import Database
from bot.store.tables import Account, FrameworkRow
from bot.views.config_summary import ConfigSummary
from bot.views.framework_list import FrameworkList, ListedFramework
from bot.views.framework_upload import Checked, Published, Rejected
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, FrameworkError, built_in_frameworks, framework_text, parse_framework

LARGEST_BYTES = 256 * 1024
# What fits into the windows in which weights are typed and whole questionnaires are shown.
MOST_CATEGORIES, MOST_CRITERIA = 15, 80

_HOW_TO = """\
Change what you like with any text editor, keep the indentation, and upload the file in /cmi settings, Frameworks.
Nothing is changed by the upload itself: you see first what it would do.
With the id that it has it becomes the next version of this framework, with another id a framework of its own.
Weights are numbers of any size: only their proportion counts. The texts of levels have at most 75 characters."""


def listing(db: Database, actor: Actor) -> FrameworkList:
    """All frameworks in the versions in force, those in use first. NotAllowed for who isn't an admin."""
    with db.read() as session:
        settings = _settings(session, actor)
        known = [
            *frameworks.available(session, actor.workspace_id),
            *frameworks.available(session, actor.workspace_id, "health"),
        ]
    shipped = built_in_frameworks()
    entries = [
        ListedFramework(
            id=each.id,
            name=each.name,
            version=each.version,
            kind=each.kind,
            subject=each.subject,
            criteria=len(each.criteria),
            built_in=each.id in shipped,
            uses=_uses(settings, each.id),
            warnings=each.warnings,
        )
        for each in known
    ]
    return FrameworkList(entries=tuple(sorted(entries, key=lambda each: (not each.uses, each.built_in, each.name))))


def _uses(settings: WorkspaceSettings, name: str) -> tuple[str, ...]:
    """For whom a framework is chosen."""
    chosen = {
        "customers and prospects": settings.framework,
        "teams": settings.team_framework,
        "health": settings.health_framework,
    }
    by_rule = [f"{rule.segment} {rule.value}" for rule in settings.framework_rules if rule.framework == name]
    return (*(use for use, framework in chosen.items() if framework == name), *by_rule)


def file_of(db: Database, actor: Actor, name: str) -> Handed:
    """A framework in force as a file. NotAllowed as above; NotFound where there is none."""
    framework = configuring.current_framework(db, actor, name)
    return _file(framework)


def copy_of(db: Database, actor: Actor, name: str) -> Handed:
    """The same under an id and a name that are free, for a framework of one's own. Errors as above."""
    framework = configuring.current_framework(db, actor, name)
    with db.read() as session:
        own = session.scalars(select(FrameworkRow.name).where(FrameworkRow.workspace_id == actor.workspace_id))
        taken = {*built_in_frameworks(), *own}
    base = framework.id[:50].rstrip("-_")
    number = next(n for n in range(1, len(taken) + 2) if f"{base}{_copy(n, '-')}" not in taken)
    data = {"id": f"{base}{_copy(number, '-')}", "name": f"{framework.name[:180]}{_copy(number, ' ')}", "version": 1}
    return _file(framework.model_copy(update=data))


def _copy(number: int, between: str) -> str:
    return f"{between}copy" if number == 1 else f"{between}copy{between}{number}"


def _file(framework: Framework) -> Handed:
    heading = f"{framework.name}, a framework of CMI Bot.\n{_HOW_TO}"
    return Handed(f"{framework.id}.yaml", framework_text(framework, heading).encode())


def take(db: Database, actor: Actor, client: WebClient, file_id: str) -> Given:
    """Read an uploaded file. NotAllowed for who isn't an admin; UserError where Slack doesn't hand it over."""
    with db.read() as session:
        _settings(session, actor)
    return uploads.take(client, file_id, largest=LARGEST_BYTES)


def check(db: Database, now: datetime, actor: Actor, given: Given) -> Checked | Rejected:
    """What publishing a file would do, or all that is wrong with it. Nothing is changed. NotAllowed as above."""
    with db.read() as session:
        _settings(session, actor)
    try:
        framework = parse_framework(given.content)
    except FrameworkError as error:
        return Rejected(file=given.name, problems=tuple(map(str, error.problems)))
    with db.read() as session:
        before = frameworks.in_force(session, actor.workspace_id, framework.id)
        problems = _misfits(framework, before)
        kept = _rated_by_others(session, actor.workspace_id, framework)
    if problems:
        return Rejected(file=given.name, problems=problems)
    upload_id = uploads.keep(db, now, actor, "framework", given)
    effect = configuring.preview(db, actor, NewFramework(framework))
    return Checked(upload_id=upload_id, framework=framework, before=before, effect=effect, kept=kept)


def publish(db: Database, now: datetime, actor: Actor, upload_id: int, after: int) -> Published:
    """Publish an uploaded file as the version that follows `after`, 0 for a framework that is new. Twice is once.

    NotAllowed as above; NotFound once the file is forgotten; UserError where somebody else published meanwhile.
    """
    with db.read() as session:
        upload = uploads.kept(session, actor, "framework", upload_id)
        framework = parse_framework(upload.content)
    if upload.state != "done":
        effect = configuring.apply(db, now, actor, NewFramework(framework, after=after))
        uploads.note(db, upload_id, "done", effect.model_dump(mode="json"))
    else:
        effect = ConfigSummary.model_validate(upload.report)
    return Published(name=framework.name, version=after + 1, effect=effect)


def send(client: WebClient, actor: Actor, file: Handed) -> str:
    """Send a framework's file; gives the sentence that says where it is. UserError where Slack refuses it."""
    uploads.hand_over(
        client, actor, file, comment="Change it in any text editor, then upload it in /cmi settings, Frameworks."
    )
    return f"“{file.name}” is in your direct messages with CMI Bot. Change it and upload it here."


def _settings(session: Session, actor: Actor) -> WorkspaceSettings:
    settings = workspaces.settings_of(session, actor.workspace_id)
    require_admin(settings, actor)
    return settings


def _misfits(framework: Framework, before: Framework | None) -> tuple[str, ...]:
    """Why a framework that is right by itself can't be published here."""
    found = []
    if len(framework.categories) > MOST_CATEGORIES:
        found.append(f"categories: there are {len(framework.categories)}; at most {MOST_CATEGORIES} fit")
    if len(framework.criteria) > MOST_CRITERIA:
        found.append(f"criteria: there are {len(framework.criteria)} in all; at most {MOST_CRITERIA} fit")
    if before and (before.kind, before.subject) != (framework.kind, framework.subject):
        found.append(
            f"id: {framework.id} is a framework of kind {before.kind} for the subject {before.subject} already; "
            "give one that judges something else an id of its own"
        )
    return tuple(found)


def _rated_by_others(session: Session, workspace_id: int, framework: Framework) -> int:
    """How many accounts have a score by versions of this framework that ask something else."""
    versions = workspaces.framework_versions(session, workspace_id)
    others = [key for key, each in versions.items() if each.id == framework.id and not each.asks_the_same_as(framework)]
    statement = select(func.count()).where(
        Account.workspace_id == workspace_id,
        Account.lifecycle != "churned",
        Account.framework_id.in_(others),
        Account.cmi.is_not(None),
    )
    return session.execute(statement).scalar_one()
