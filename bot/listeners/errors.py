"""The one place for what listeners raise: the person is told where they are looking, faults go to the log too."""

import logging
from contextlib import suppress
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.errors import Busy, UserError
from bot.flows import people
from bot.listeners import reply
from bot.listeners.deps import Deps
from bot.listeners.later import explain
from bot.views import notes
from bot.views.message import Block

logger = logging.getLogger(__name__)


def handler(deps: Deps) -> Any:
    """The function for ``app.error``: it always gives Slack a good answer, in the form that the request allows."""

    def handle(error: Exception, body: reply.Body, context: BoltContext, client: WebClient) -> BoltResponse:
        kind = body.get("type")
        if isinstance(error, BoltUnhandledRequestError):
            logger.info("No listener for a request of type %s", kind)
            if kind != "view_submission":
                return BoltResponse(status=200)
            error = UserError("This window is too old to be saved. Please close it and open it again.")
        text = explain(error)
        if "command" in body:
            return BoltResponse(status=200, body=notes.note(text).as_answer())
        if kind == "view_submission":
            call = context.get("call")
            plain = people.in_plain_words(deps.db, call.actor.workspace_id, text) if call else text
            return BoltResponse(status=200, body=_in_form(body["view"], text, plain))
        if kind == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        if kind in ("block_actions", "shortcut", "message_action"):
            message = notes.note(text)
            with suppress(Busy):  # then there is nobody to tell it
                deps.later.run(lambda: reply.privately(client, body, message), lambda _: None)
        return BoltResponse(status=200)

    return handle


def _in_form(view: Block, text: str, plain: str) -> dict[str, Any]:
    """Under the first question, so that what was filled in stays; a window without questions is replaced.

    ``plain`` is the text without markup, which Slack doesn't read under a question.
    """
    asked = next((block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"), None)
    if asked is None:
        return {"response_action": "update", "view": notes.note_modal(text)}
    return {"response_action": "errors", "errors": {asked: plain}}
