"""Changing the map and the weights: a form, a preview, and only then the change."""

from slack_bolt import Ack, App

from bot.errors import UserError
from bot.flows import configuring, settings
from bot.flows.configuring import Change, NewFramework, NewMap
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, config_preview, map_form, versioned, weights_form
from bot.views.config_preview import Pending
from bot.views.message import Block
from cmi_core.matrix import map_from_dict
from cmi_core.values import exact


def open_map(ack: Ack, call: Call) -> None:
    version = settings.version(call.db, call.actor)
    form = map_form.build(configuring.current_map(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.map_and_cuts())
    ack()


def submit_map(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    entered = map_form.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
    else:
        _preview(ack, call, NewMap(entered), Pending(map=entered.to_dict(), version=seen))


def open_weights(ack: Ack, action: Body, call: Call) -> None:
    name = action.get("value") or ""
    version = settings.version(call.db, call.actor)
    framework = configuring.current_framework(call.db, call.actor, name)
    call.show(versioned.carry(weights_form.build(framework), version), again=buttons.weights(name, framework.name))
    ack()


def submit_weights(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    framework = configuring.current_framework(call.db, call.actor, weights_form.framework_of(view))
    entered = weights_form.parse(view, framework)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    weights = {category.id: str(category.weight) for category in entered.categories}
    _preview(ack, call, NewFramework(entered), Pending(framework=entered.id, weights=weights, version=seen))


def _preview(ack: Ack, call: Call, change: Change, pending: Pending) -> None:
    def count() -> Block:
        return config_preview.build(configuring.preview(call.db, call.actor, change), pending)

    call.answer_form(ack, count, meanwhile=config_preview.counting_modal())


def apply(ack: Ack, view: Body, call: Call) -> None:
    pending = config_preview.parse(view)
    change = _change(call, pending)

    def store() -> Block:
        effect = configuring.apply(call.db, call.now(), call.actor, change, seen=pending.version)
        return config_preview.applied_modal(effect)

    def work() -> Block:
        return saving.stored(store, lambda: _form(change))

    call.answer_form(ack, work, meanwhile=config_preview.applying_modal())


def back(ack: Ack, body: Body, call: Call) -> None:
    """From the preview to the form as it was filled in."""
    pending = config_preview.parse(body["view"])
    form = _form(_change(call, pending))
    shown = form if pending.version is None else versioned.carry(form, pending.version)
    call.later(lambda: _replace(call, shown))
    ack()


def _form(change: Change) -> Block:
    """The form as it was filled in."""
    if isinstance(change, NewMap):
        return map_form.build(change.map)
    if isinstance(change, NewFramework):
        return weights_form.build(change.framework)
    raise UserError("Please open the settings again.")


def _replace(call: Call, view: Block) -> None:
    call.replace(view)


def _change(call: Call, pending: Pending) -> Change:
    if pending.map is not None:
        return NewMap(map_from_dict(pending.map))
    framework = configuring.current_framework(call.db, call.actor, pending.framework)
    return NewFramework(framework.with_weights({key: exact(weight) for key, weight in pending.weights.items()}))


def register(app: App) -> None:
    app.action(buttons.MAP)(open_map)
    app.view(map_form.CALLBACK)(submit_map)
    app.action(buttons.WEIGHTS)(open_weights)
    app.view(weights_form.CALLBACK)(submit_weights)
    app.action(buttons.BACK_TO_FORM)(back)
    app.view(config_preview.CALLBACK)(apply)
