"""Changing the map and the weights: a form, a preview, and only then the change."""

from slack_bolt import Ack, App

from bot.errors import UserError
from bot.flows import configuring
from bot.flows.configuring import Change, NewFramework, NewMap
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, config_preview, map_form, weights_form
from bot.views.config_preview import Pending
from bot.views.message import Block
from cmi_core.matrix import map_from_dict
from cmi_core.values import exact


def open_map(ack: Ack, call: Call) -> None:
    call.show(map_form.build(configuring.current_map(call.db, call.actor)), again=buttons.map_and_cuts())
    ack()


def submit_map(ack: Ack, view: Body, call: Call) -> None:
    entered = map_form.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
    else:
        _preview(ack, call, NewMap(entered), Pending(map=entered.to_dict()))


def open_weights(ack: Ack, action: Body, call: Call) -> None:
    name = action.get("value") or ""
    framework = configuring.current_framework(call.db, call.actor, name)
    call.show(weights_form.build(framework), again=buttons.weights(name, framework.name))
    ack()


def submit_weights(ack: Ack, view: Body, call: Call) -> None:
    framework = configuring.current_framework(call.db, call.actor, weights_form.framework_of(view))
    entered = weights_form.parse(view, framework)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    weights = {category.id: str(category.weight) for category in entered.categories}
    _preview(ack, call, NewFramework(entered), Pending(framework=entered.id, weights=weights))


def _preview(ack: Ack, call: Call, change: Change, pending: Pending) -> None:
    def count() -> Block:
        return config_preview.build(configuring.preview(call.db, call.actor, change), pending)

    call.answer_form(ack, count, meanwhile=config_preview.counting_modal())


def apply(ack: Ack, view: Body, call: Call) -> None:
    change = _change(call, config_preview.parse(view))

    def work() -> Block:
        return config_preview.applied_modal(configuring.apply(call.db, call.now(), call.actor, change))

    call.answer_form(ack, work, meanwhile=config_preview.applying_modal())


def back(ack: Ack, body: Body, call: Call) -> None:
    """From the preview to the form as it was filled in."""
    change = _change(call, config_preview.parse(body["view"]))
    if isinstance(change, NewMap):
        form = map_form.build(change.map)
    elif isinstance(change, NewFramework):
        form = weights_form.build(change.framework)
    else:
        raise UserError("Please open the settings again.")
    call.later(lambda: _replace(call, form))
    ack()


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
