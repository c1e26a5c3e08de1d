"""What admins set about plays: the playbooks, maturity's bands, touch and qualification."""

from slack_bolt import Ack, App

from bot.flows import playbooks, settings
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import bands_form, buttons, playbook_form, versioned
from bot.views.message import Block


def press(ack: Ack, call: Call) -> None:
    """The button "Playbooks"."""
    call.show(playbook_form.pick(playbooks.names(call.db, call.actor)), again=buttons.playbooks())
    ack()


def pick(ack: Ack, view: Body, call: Call) -> None:
    chosen = playbook_form.parse_pick(view)
    if chosen is None:
        ack(response_action="errors", errors=playbook_form.error_of_pick())
        return
    version = settings.version(call.db, call.actor)
    form = playbook_form.build(playbooks.read(call.db, call.actor, chosen))
    ack(response_action="update", view=versioned.carry(form, version))


def submit(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    form = playbook_form.parse(view)
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return

    def store() -> Block:
        playbooks.write(call.db, call.now(), call.actor, form, seen=seen)
        return playbook_form.saved_modal(form)

    saving.save(ack, store, lambda: playbook_form.build(form))


def press_bands(ack: Ack, call: Call) -> None:
    """The button "Bands and touch"."""
    version = settings.version(call.db, call.actor)
    form = bands_form.build(playbooks.read_bands(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.bands())
    ack()


def submit_bands(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    form = bands_form.parse(view)
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return

    def store() -> Block:
        playbooks.write_bands(call.db, call.now(), call.actor, form, seen=seen)
        return bands_form.saved_modal()

    saving.save(ack, store, lambda: bands_form.build(form))


def register(app: App) -> None:
    app.action(buttons.PLAYBOOKS)(press)
    app.view(playbook_form.PICK_CALLBACK)(pick)
    app.view(playbook_form.CALLBACK)(submit)
    app.action(buttons.BANDS)(press_bands)
    app.view(bands_form.CALLBACK)(submit_bands)
