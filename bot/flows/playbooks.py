"""What admins decide about plays: the playbooks, and maturity's own bands with their touch."""

from datetime import datetime

from bot.errors import NotFound
from bot.flows import settings
from bot.flows.actor import Actor
from bot.flows.plays import book_for
from bot.store import workspaces
from bot.store.database import Database
from bot.views.bands_form import BandsForm
from bot.views.playbook_form import PlaybookForm, PlaybookName
from cmi_core import Cell, Playbook, playbook
from cmi_core.cells import DECIDE_CELLS
from cmi_core.maturity import MaturityBand, MaturityCuts, Touch


def names(db: Database, actor: Actor) -> tuple[PlaybookName, ...]:
    """The playbooks there can be: one for each cell of the map, and one for each criterion. For admins."""
    with db.read() as session:
        chosen = workspaces.settings_of(session, actor.workspace_id)
        settings.require_admin(chosen, actor)
        framework = workspaces.framework_or_built_in(session, actor.workspace_id, chosen.framework)
        cells = [PlaybookName(id=cell.id, name=_label(cell), of_cell=True) for cell in chosen.map.cells]
        criteria = [PlaybookName(id=each.id, name=each.name, of_cell=False) for each in framework.criteria]
        return (*cells, *criteria)


def _label(cell: Cell) -> str:
    """The two open cells share a name on the map; their playbooks' titles tell them apart."""
    return playbook(cell).title if cell.id in DECIDE_CELLS else cell.name


def read(db: Database, actor: Actor, play_id: str) -> PlaybookForm:
    """A playbook as it is in force, as a form. For admins."""
    name = next((each.name for each in names(db, actor) if each.id == play_id), None)
    if name is None:
        raise NotFound("This playbook isn't there any more. Please open the list again.")
    with db.read() as session:
        book = book_for(workspaces.settings_of(session, actor.workspace_id), play_id)
    if book is None:
        return PlaybookForm(id=play_id, name=name)
    return PlaybookForm(id=play_id, name=name, title=book.title, summary=book.summary, steps=book.steps)


def write(db: Database, now: datetime, actor: Actor, form: PlaybookForm, *, seen: int | None = None) -> None:
    """Store a playbook; without steps the default comes back. Cards show it at once, an alert when it next changes."""
    with db.write() as session:
        books = dict(workspaces.settings_of(session, actor.workspace_id).playbooks)
        books.pop(form.id, None)
        if form.steps:
            books[form.id] = Playbook(form.id, form.title, form.summary, form.steps)
        settings.change(session, now, actor, {"playbooks": books}, seen=seen)


def read_bands(db: Database, actor: Actor) -> BandsForm:
    """Maturity's bands, touch and the qualification cut. For admins."""
    with db.read() as session:
        chosen = workspaces.settings_of(session, actor.workspace_id)
        settings.require_admin(chosen, actor)
        cuts = {"low": chosen.maturity.low, "medium": chosen.maturity.medium, "high": chosen.maturity.high}
        return BandsForm(
            cuts={**cuts, "qualification": chosen.qualification_cut},
            touch={band.value: touch.value for band, touch in chosen.touch.items()},
        )


def write_bands(db: Database, now: datetime, actor: Actor, form: BandsForm, *, seen: int | None = None) -> None:
    """Store a form without errors. It moves no account: these bands don't depend on the map."""
    cuts = MaturityCuts(low=form.cuts["low"], medium=form.cuts["medium"], high=form.cuts["high"])
    touch = {MaturityBand(band): Touch(kind) for band, kind in form.touch.items()}
    with db.write() as session:
        update = {"maturity": cuts, "touch": touch, "qualification_cut": form.cuts["qualification"]}
        settings.change(session, now, actor, update, seen=seen)
