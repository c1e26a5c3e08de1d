"""Windows for admins about people, holidays and what was changed, and the Home of whoever doesn't belong here."""

from datetime import UTC, datetime, timedelta

from bot.views import (
    access_form,
    audit_log,
    changes,
    holidays_form,
    pause_form,
    people_window,
    refusal,
    settings_form,
    unsent,
    versioned,
    weekly_form,
)
from bot.views.message import Block
from bot.views.text import inert

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def views(name: str, number: int) -> list[Block]:
    """The windows for admins about people, holidays and what was changed."""
    calendars = {f"DE-{index}": name or "x" for index in range(min(number, holidays_form.MOST_CALENDARS))}
    days = tuple(NOW.date() + timedelta(days=index) for index in range(min(number, 250)))
    line = people_window.example().people[0]
    crowd = tuple(line.model_copy(update={"user": f"U{index:08}"}) for index in range(people_window.PAGE))
    changed = tuple(changes.Change(what=inert(name), before=inert(name), after=inert(name)) for _ in range(number))
    entry = audit_log.AuditEntry(at=NOW, by="U01ANNA", action=name, about=inert(name), changes=changed, reason=name)
    form = settings_form.build(settings_form.SettingsForm())
    message = unsent.Unsent(id=7, kind=name or "x", to="", since=NOW, error=f"can't be rendered: {name * 9}")
    set_aside = (message, *(message.model_copy(update={"error": name, "to": "C01ALERTS"}),) * (unsent.PAGE - 1))
    paused = pause_form.PauseLine(until=NOW.date(), reason=name, by="U01ANNA")
    pauses = (paused, *(paused.model_copy(update={"manager": f"U{index:08}"}) for index in range(20)))
    return [
        access_form.build(access_form.example()),
        access_form.build(access_form.AccessForm(leaders=tuple(f"U{index:08}" for index in range(min(number, 100))))),
        people_window.build(people_window.example()),
        people_window.build(people_window.PeoplePage()),
        people_window.build(people_window.PeoplePage(people=crowd, page=1, more=True)),
        *(people_window.form(each) for each in people_window.example().people),
        holidays_form.build(holidays_form.example()),
        holidays_form.build(holidays_form.HolidaysForm(calendars=calendars, own=days)),
        holidays_form.saved_modal([holidays_form.Holiday(on=NOW.date(), name=name)], 3),
        holidays_form.saved_modal([], 0),
        pause_form.build(pause_form.example()),
        pause_form.build(pause_form.Pauses(lines=pauses, note=pause_form.resumed_note())),
        unsent.build(unsent.example()),
        unsent.build(unsent.UnsentPage()),
        unsent.build(unsent.UnsentPage(messages=set_aside, page=1, total=100)),
        audit_log.build(audit_log.example()),
        audit_log.build(audit_log.AuditPage()),
        audit_log.build(audit_log.AuditPage(entries=(entry,) * audit_log.PAGE, page=1, more=True)),
        versioned.carry(form, 7, [each.markup for each in changed]),
        weekly_form.build(weekly_form.example()),
        weekly_form.build(weekly_form.WeeklyForm(on=False, weekday="Friday", at=0)),
        refusal.home("guest"),
        refusal.home("foreign"),
    ]
