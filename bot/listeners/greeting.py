"""What somebody hears who writes to the bot or mentions it: that it goes by a command."""

from slack_bolt import App

from bot.flows import greeting as greetings
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import greeting


def mentioned(event: Body, body: Body, call: Call) -> None:
    """Answer in the thread, so that the channel stays quiet."""
    _answer(event, body, call, thread=event.get("thread_ts") or event.get("ts"))


def written(event: Body, body: Body, call: Call) -> None:
    """A direct message; other conversations are none of the bot's business."""
    if event.get("channel_type") == "im":
        _answer(event, body, call, thread=event.get("thread_ts"))


def _answer(event: Body, body: Body, call: Call, *, thread: str | None) -> None:
    by_a_person = not any(event.get(key) for key in ("subtype", "bot_id", "edited", "hidden"))
    event_id = str(body.get("event_id") or event.get("ts"))
    if not by_a_person or not greetings.is_first(call.db, call.now(), call.actor, event_id):
        return
    said = greeting.render(in_channel=event.get("channel_type") != "im")

    def post() -> None:
        call.client.chat_postMessage(
            channel=event["channel"], thread_ts=thread, text=said.text, blocks=said.blocks, unfurl_links=False
        )

    call.deps.later.run(post, lambda _: None)


def register(app: App) -> None:
    app.event("app_mention")(mentioned)
    app.event("message")(written)
