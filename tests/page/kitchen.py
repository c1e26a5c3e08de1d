"""A small Slack app that shows every kind of block and answer, for the page to be tested against."""

from __future__ import annotations

import time
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

Json = dict[str, Any]
LATE_SECONDS = 3.5


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def markup(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str | None = None) -> Json:
    return {"text": plain(text), "value": value} | ({"description": plain(description)} if description else {})


def question(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "answer", **element},
        **more,
    }


def button(action_id: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


LEVELS = [
    option("0 – Absent", "0", "Nobody wrote it down"),
    option("1 – Weak", "1", "Known to a few"),
    option("4 – Strong", "4"),
]
ACCOUNTS = ["Acme & Sons", "Borealis", "Cobalt <Works>"]

QUESTIONS = [
    question("level", "Clarity of charter", {"type": "radio_buttons", "options": LEVELS}),
    question(
        "sponsor",
        "Sponsor",
        {
            "type": "static_select",
            "option_groups": [
                {"label": plain("Low"), "options": LEVELS[:2]},
                {"label": plain("High"), "options": LEVELS[2:]},
            ],
        },
        optional=True,
    ),
    question("account", "Account", {"type": "external_select", "min_query_length": 1}),
    question("owner", "Owner", {"type": "users_select"}, optional=True),
    question("cover", "Cover", {"type": "multi_users_select", "initial_users": ["U01DIEGO00"]}, optional=True),
    question("alerts", "Alert channel", {"type": "conversations_select"}, optional=True),
    question(
        "note", "Note", {"type": "plain_text_input", "multiline": True}, optional=True, hint=plain("Say what changed.")
    ),
    question("revenue", "Revenue", {"type": "number_input", "is_decimal_allowed": False}, optional=True),
    question("renewal", "Renewal", {"type": "datepicker", "initial_date": "2027-04-01"}, optional=True),
    question("hour", "Hour", {"type": "timepicker", "initial_time": "09:00"}, optional=True),
    question(
        "segments",
        "Segments",
        {"type": "checkboxes", "options": [option("Enterprise", "e"), option("Public", "p")]},
        optional=True,
    ),
    question("mail", "E-mail", {"type": "email_text_input"}, optional=True),
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [button("add", "Add a field"), button("deeper", "Go deeper")],
    },
]
SHEET = question("sheet", "Accounts as CSV", {"type": "file_input", "filetypes": ["csv"], "max_files": 2})
INJECTION = "Acme &lt;!channel&gt; *Sons* &amp;amp; <!channel>"


def form(blocks: list[Json], title: str = "Score", callback_id: str = "form") -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


BODY = INJECTION + " <!date^1767225600^{date_short} {time}|then> <https://example.com/?a=1|the _map_>"


def raw(text: str) -> Json:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def card() -> list[Json]:
    asking = {"title": plain("Sure?"), "text": plain("It leaves the list."), "confirm": plain("Let churn")}
    more = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Explain", "explain"), option("History", "history")],
    }
    buttons = [
        button("claim", "Claim", style="primary"),
        button("churn", "Let churn", style="danger", confirm=asking | {"deny": plain("Keep")}),
        more,
    ]
    return [
        {"type": "header", "block_id": "head", "text": plain("*Plain* <b>header</b> :tada:")},
        {"type": "section", "block_id": "body", "text": markup(BODY)},
        {"type": "rich_text", "block_id": "rich", "elements": [raw("raw *stars* <!here>")]},
        {"type": "actions", "block_id": "acts", "elements": buttons},
    ]


def home(extra: list[Json]) -> Json:
    levels = {"type": "radio_buttons", "action_id": "tick", "options": LEVELS}
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Your accounts")},
            {"type": "section", "block_id": "tick", "text": markup("Show"), "accessory": levels},
            *extra,
        ],
    }


class Kitchen:
    """The app, and what it was told: `heard` holds (what, payload), oldest first."""

    def __init__(self, token: str, api_url: str) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.home_blocks: list[Json] = []  # shown on the Home below its own
        self.app = App(client=WebClient(token=token, base_url=api_url), token_verification_enabled=False)
        self.app.command("/cmi")(self.command)
        self.app.options("answer")(self.accounts)
        self.app.view("form")(self.submitted)
        for action in ("add", "deeper", "claim", "churn", "more", "tick"):
            self.app.action(action)(self.acted)
        self.app.event("app_home_opened")(self.home)
        self.app.event("message")(lambda: None)

    def command(self, ack: Ack, command: Json, client: WebClient, respond: Respond) -> None:
        self.heard.append(("command", command["text"]))
        text = command["text"]
        if text == "late":
            time.sleep(LATE_SECONDS)
        ack()
        if text == "form":
            client.views_open(trigger_id=command["trigger_id"], view=form(QUESTIONS))
        elif text == "sheet":
            client.views_open(trigger_id=command["trigger_id"], view=form([SHEET]))
        elif text == "card":
            client.chat_postMessage(channel=command["channel_id"], text="A card", blocks=card())
        elif text != "late":
            respond(f"Only for you: {text}")

    def accounts(self, ack: Ack, payload: Json) -> None:
        found = [option(name, name) for name in ACCOUNTS if payload["value"].lower() in name.lower()]
        ack(option_groups=[{"label": plain("Customers"), "options": found}] if found else [])

    def submitted(self, ack: Ack, view: Json) -> None:
        values = {block: next(iter(answers.values())) for block, answers in view["state"]["values"].items()}
        self.heard.append(("submitted", values))
        note = values["note"]["value"] if "note" in values else None
        if note == "late":
            time.sleep(LATE_SECONDS)
        if note == "wrong":
            ack(response_action="errors", errors={"revenue": "Too much."})
        elif note == "next":
            ack(
                response_action="update",
                view=form([question("second", "Second page", {"type": "plain_text_input"})], "Page 2"),
            )
        else:
            ack()

    def acted(self, ack: Ack, action: Json, body: Json, client: WebClient) -> None:
        ack()
        self.heard.append((action["action_id"], body))
        if action["action_id"] == "add":
            extra = question("extra", "Extra", {"type": "plain_text_input"}, optional=True)
            client.views_update(view_id=body["view"]["id"], view=form([extra, *QUESTIONS]))
        elif action["action_id"] == "deeper":
            client.views_push(
                trigger_id=body["trigger_id"],
                view=form([question("deep", "Deep question", {"type": "plain_text_input"})], "Deeper", "deeper"),
            )

    def home(self, event: Json, client: WebClient) -> None:
        if event["tab"] == "home":
            self.heard.append(("home", event["user"]))
            client.views_publish(user_id=event["user"], view=home(self.home_blocks))
