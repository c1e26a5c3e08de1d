"""What people do in Slack, one conversation a file: a listener reads, calls one flow and shows what comes of it."""

from slack_bolt import App

from bot.listeners import (
    account,
    alert,
    assign,
    auditing,
    away,
    batches,
    cadence,
    channels,
    command,
    configuring,
    cover,
    deciding,
    errors,
    evidence,
    explain,
    exporting,
    frameworks,
    greeting,
    health,
    helping,
    home,
    importing,
    lifecycle,
    middleware,
    movers,
    new,
    not_now,
    overriding,
    people,
    picking,
    playbooks,
    plays,
    portfolio,
    qualifying,
    raters,
    roles,
    routes,
    score,
    settings,
    sharing,
    sources,
    whatif,
)
from bot.listeners.deps import Deps


def register_all(app: App, deps: Deps) -> None:
    """Give the app all its listeners, once."""
    app.error(errors.handler(deps))
    app.use(middleware.identify(deps))
    for conversation in (
        command,
        score,
        raters,
        explain,
        evidence,
        health,
        account,
        new,
        assign,
        cover,
        away,
        not_now,
        picking,
        settings,
        roles,
        routes,
        auditing,
        configuring,
        frameworks,
        importing,
        exporting,
        sources,
        alert,
        batches,
        overriding,
        lifecycle,
        portfolio,
        movers,
        sharing,
        whatif,
        plays,
        deciding,
        qualifying,
        playbooks,
        cadence,
        home,
        greeting,
        helping,
    ):
        conversation.register(app)
    people.register(app, deps)
    channels.register(app, deps)
    helping.register_last(app)
