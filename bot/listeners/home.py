"""The app's Home."""

from slack_bolt import App

from bot.listeners.call import Call
from bot.listeners.reply import Body


def opened(event: Body, call: Call) -> None:
    if event.get("tab") == "home":
        call.refresh_home()


def register(app: App) -> None:
    app.event("app_home_opened")(opened)
