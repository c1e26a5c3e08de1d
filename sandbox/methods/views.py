"""views.*: modals and App Homes."""

from __future__ import annotations

from sandbox.errors import SlackError, missing
from sandbox.methods.registry import Call, method
from sandbox.modals import view_payload
from sandbox.model import Json


def _source(call: Call, *, kind: str) -> Json:
    view = call.decoded("view", "invalid_arguments")
    if view is None:
        raise missing("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["must be an object [json-pointer:/view]"])
    if view.get("type") != kind:
        raise SlackError("invalid_arguments", [f"unsupported type: {view.get('type')} [json-pointer:/view/type]"])
    return view


@method("views.open", "4", effect=True)
def views_open(call: Call) -> Json:
    """Open a modal for the person whose trigger it is."""
    trigger = call.text("trigger_id") or call.text("interactivity_pointer")
    if trigger is None:
        raise missing("trigger_id")
    return {"view": view_payload(call.on.views.open(trigger, _source(call, kind="modal"), push=False))}


@method("views.push", "4", effect=True)
def views_push(call: Call) -> Json:
    """Put a modal on top of the one that the trigger comes from."""
    trigger = call.required("trigger_id")
    return {"view": view_payload(call.on.views.open(trigger, _source(call, kind="modal"), push=True))}


@method("views.update", "4", effect=True)
def views_update(call: Call) -> Json:
    """Change an open modal, which keeps its id."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if (view_id is None) == (external_id is None):
        raise SlackError("invalid_arguments", ["must provide exactly one of: view_id, external_id"])
    view = call.on.views.get(view_id) if view_id else call.on.views.by_external(external_id or "")
    if view is None:
        raise SlackError("not_found")
    source = _source(call, kind=view.source["type"])
    call.on.views.check(source, view)
    return {"view": view_payload(call.on.views.replace(view, source, call.text("hash")))}


@method("views.publish", "4", effect=True)
def views_publish(call: Call) -> Json:
    """Show somebody's App Home."""
    if not call.workspace.manifest.home_tab:
        raise SlackError("not_enabled")
    user = call.user("user_id")
    if user.deleted:
        raise SlackError("user_not_found")
    view = call.on.views.publish(user.id, _source(call, kind="home"), call.text("hash"))
    return {"view": view_payload(view)}
