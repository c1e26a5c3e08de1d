"""Deciding about an account in a Let Churn cell, and entering the figures that a decision needs."""

from slack_bolt import Ack, App

from bot.errors import Overtaken
from bot.flows import decisions
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, decision_form, figures_form, notes


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Decide", on an alert, a card or a reminder."""
    form = decisions.open_form(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(decision_form.build(form), again=buttons.decide(form.episode_id, form.name))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    """The alert itself is changed by delivery, which owns that message."""
    now = call.now()
    entry = decision_form.parse(view, now.date())
    if entry.errors:
        ack(response_action="errors", errors=entry.errors)
        return
    try:
        account_id, name, decision = decisions.decide(call.db, now, call.actor, entry)
    except Overtaken:
        form = decisions.open_form(call.db, now, call.actor, entry.episode_id)
        ack(response_action="update", view=decision_form.build(decision_form.entered_again(form, entry)))
        return
    ack(response_action="update", view=decision_form.saved_modal(name, decision))
    call.refresh_home(account_id)


def press_figures(ack: Ack, action: Body, call: Call) -> None:
    """The button "Figures"."""
    account_id = button_value.account_id(action)
    name, figures = decisions.read_figures(call.db, call.now(), call.actor, account_id)
    call.show(figures_form.build(account_id, name, figures), again=buttons.figures(account_id, name))
    ack()


def submit_figures(ack: Ack, view: Body, call: Call) -> None:
    account_id, figures = figures_form.parse(view)
    if figures.errors:
        ack(response_action="errors", errors=figures.errors)
        return
    decisions.write_figures(call.db, call.now(), call.actor, account_id, figures)
    ack(response_action="update", view=notes.note_modal("The figures are saved."))


def register(app: App) -> None:
    app.action(buttons.DECIDE)(press)
    app.view(decision_form.CALLBACK)(submit)
    app.action(buttons.FIGURES)(press_figures)
    app.view(figures_form.CALLBACK)(submit_figures)
