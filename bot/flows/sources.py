"""The health sources of a workspace: what their words mean, which of them counts, and which questions are asked."""

from datetime import datetime

from bot.errors import UserError
from bot.flows import frameworks, settings
from bot.flows.actor import Actor
from bot.store import workspaces
from bot.store.database import Database
from bot.views.sources_form import SourcesForm
from bot.workspace_settings import WorkspaceSettings
from cmi_core.health import Health, HealthError


def read(db: Database, actor: Actor) -> SourcesForm:
    """The sources as a form. NotAllowed for who isn't an admin."""
    with db.read() as session:
        now = workspaces.settings_of(session, actor.workspace_id)
        settings.require_admin(now, actor)
        known = {each.id: each.name for each in frameworks.available(session, actor.workspace_id, "health")}
        return SourcesForm(
            sources=now.health_sources, counts=now.counting_source, framework=now.health_framework, frameworks=known
        )


def write(db: Database, now: datetime, actor: Actor, form: SourcesForm, *, seen: int | None = None) -> None:
    """Store the form. It moves nobody: a source counts from its next reading on."""
    with db.write() as session:
        if form.framework not in {each.id for each in frameworks.available(session, actor.workspace_id, "health")}:
            raise UserError("This framework isn't there any more. Please choose another.")
        update = {
            "health_sources": form.sources,
            "counting_source": form.counts,
            "health_framework": form.framework,
        }
        settings.change(session, now, actor, update, seen=seen)


def value_of(settings: WorkspaceSettings, source: str, text: str) -> tuple[str, Health]:
    """A source's name as it is declared, and what it says. HealthError for an unknown source or word."""
    found = next((each for each in settings.health_sources if each.name.casefold() == source.casefold()), None)
    if found is None:
        known = ", ".join(each.name for each in settings.health_sources) or "none yet"
        raise HealthError(f"there is no health source “{source[:40]}”. Declared in /cmi settings: {known}.")
    return found.name, found.read(text)
