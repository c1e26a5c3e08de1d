"""Everything that the bot can show, with a name of one's choosing wherever a name can stand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.views import (
    account_form,
    advice,
    alert,
    amounts,
    assign_form,
    away_form,
    bands_form,
    bant_form,
    batch,
    buttons,
    cadence_form,
    card,
    compare,
    config_preview,
    config_summary,
    cover_form,
    decision_form,
    disowned,
    due,
    episode_note,
    event_form,
    evidence,
    explain,
    export_form,
    figures_form,
    framework_list,
    framework_upload,
    frameworks_form,
    greeting,
    hand_over,
    health_form,
    history,
    home,
    home_words,
    import_form,
    import_plan,
    interval_form,
    leavers,
    levels,
    map_form,
    more,
    not_now_form,
    notes,
    overdue,
    override_form,
    picker,
    playbook,
    playbook_form,
    prompt,
    refusal,
    result,
    review,
    settings_form,
    settings_menu,
    sources_form,
    standing,
    survey,
    survey_parts,
    weights_form,
)
from bot.views import help as help_text
from bot.views.message import Block, Data, Message
from cmi_core import Band, Framework, Label, MapSettings, load_framework
from tests.views import admin_gallery, alert_gallery, home_gallery, lifelike_gallery, portfolio_gallery

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTILE = (
    "Acme, Inc.",
    "<!channel> <@U01ANNA> & Söhne",
    "*bold* _it_ ~no~ `code`",
    ":warning: > quote",
    '=HYPERLINK("https://evil.example","x")',
    "&" * 300,
    "<" * 300,
    "W" * 300,
    "\U0001f984" * 300,
    "شركة \u202eevil\u202c",
    '"Quoted" and “smart”',
    "a\nb\tc\x00d",
)


def standings(name: str, number: int) -> tuple[standing.Standing, ...]:
    full = standing.example().model_copy(
        update={
            "name": name,
            "override": standing.Override(until=date(2026, 12, 1), reason=name, by="U01ANNA"),
            "held": ("health 51: moves up at 53",),
            "segments": {"stage": name},
            "stale": ("cmi", "chs"),
            "judged_at": NOW,
        }
    )
    bare = standing.Standing(account_id=8, name=name, missing=("cmi", "chs"))
    incomplete = standing.Standing(account_id=9, name=name, complete=False, missing=("cmi",), next_due=date(2026, 1, 1))
    team = standing.Standing(account_id=10, name=name, subject="team", cmi=Fraction(2))
    labelled = full.model_copy(update={"chs": Label(name, Band.MEDIUM), "held": ()})
    kinds = (full, bare, incomplete, team, labelled)
    return tuple(kinds[index % len(kinds)].model_copy(update={"account_id": index + 1}) for index in range(number))


def prompt_items(name: str, number: int) -> tuple[prompt.PromptItem, ...]:
    kinds = prompt.example().items
    return tuple(
        kinds[index % len(kinds)].model_copy(update={"account_id": index + 1, "name": name, "event_note": name})
        for index in range(number)
    )


def data(name: str, number: int = 4) -> list[Data]:
    """The data of every stored message, in several states."""
    alarm = alert.example().model_copy(update={"name": name, "chs_source": name})
    claimed = alarm.model_copy(update={"claimed_by": "U02BERT", "claimed_on": NOW, "from_cell": None})
    ended = claimed.model_copy(update={"ended_on": NOW, "ended_in": "expand_and_leverage", "stale": ("cmi", "chs")})
    ended = ended.model_copy(update={"chs_before": Label(name, Band.HIGH)})
    items = prompt_items(name, number)
    saved = result.example()
    first, *others = standings(name, 5)
    return [
        alarm,
        claimed,
        ended,
        *_decided_alerts(name, claimed),
        disowned.example().model_copy(update={"name": name}),
        disowned.Disowned(account_id=7, name=name, by="U01ANNA", due=NOW.date()),
        review.example().model_copy(update={"name": name, "decision": _decision(name)}),
        *(
            prompt.Prompt(recipient="U01ANNA", role=role, items=items, reminder=index)
            for index, role in enumerate(ROLES)
        ),
        prompt.Prompt(recipient="U01ANNA", items=tuple(_owned(items))),
        overdue.Overdue(items=items, more=number),
        overdue.Overdue(items=tuple(_owned(items))),
        saved.model_copy(update={"standing": first, "note": name * 5, "duplicate": True}),
        saved.model_copy(
            update={
                "meanwhile": result.Meanwhile(by="U02BERT", on=NOW, cmi=Fraction(3)),
                "next": result.NextDue(account_id=8, name=name, due=NOW.date(), today=NOW.date(), left=number),
            }
        ),
        *(result.Result(standing=each, by="U01ANNA", asked=12, rated=3) for each in others),
        *alert_gallery.data(name, number),
        card.example().model_copy(
            update={"standing": first, "last_note": name * 5, "category_notes": ((name, name * 5),) * 9}
        ),
        card.example().model_copy(update={"evidence": _evidence(name, 7)}),
        *(card.Card(standing=each, can_edit=False) for each in others),
        *_advising_cards(name, first),
        *home_gallery.homes(name, number, standings(name, number)),
        due.Due(rows=standings(name, number), others=7),
        due.Due(mine=False),
        config_changes(name, number),
        batches(name, number),
        batch.held_example().model_copy(update={"items": batches(name, number).items[:10], "source": name}),
        batch.held_example().model_copy(
            update={"decision": "dropped", "decided_by": "U01ANNA", "decided_on": NOW, "portfolio": 0}
        ),
        config_summary.ConfigSummary(by="U01ANNA", what=name, moved=0, rescored=3),
    ]


def batches(name: str, number: int) -> batch.Batch:
    kinds = batch.example().items
    items = [kinds[index % 2].model_copy(update={"episode_id": index + 1, "name": name}) for index in range(number)]
    return batch.Batch(batch_id=1, source="import", items=tuple(items))


def config_changes(name: str, number: int) -> config_summary.ConfigSummary:
    shifts = [config_summary.Shift(account_id=index, name=name, from_cell="core") for index in range(min(number, 20))]
    return config_summary.example().model_copy(update={"what": name, "shifts": tuple(shifts)})


def _plays(name: str) -> playbook.Play:
    """A checklist whose steps people wrote themselves."""
    steps = [
        playbook.Step(text=f"{number} {name}", by=("U01ANNA", None)[number % 2], on=(NOW, None)[number % 3 > 0])
        for number in range(10)
    ]
    return playbook.example().model_copy(update={"title": name, "summary": name, "steps": tuple(steps)})


def _decision(name: str) -> decision_form.Decision:
    return decision_form.example().model_copy(update={"reason": name * 5})


def _decided_alerts(name: str, alarm: alert.Alert) -> list[alert.Alert]:
    decided = alarm.model_copy(update={"play": _plays(name), "decision": _decision(name)})
    return [decided, alarm.model_copy(update={"play": playbook.example()})]


def _advice(name: str) -> advice.Advice:
    spot = advice.WeakSpot(name=name, now=name, next=name, play=_plays(name).model_copy(update={"id": "other"}))
    unplaced = _plays(name).model_copy(update={"placement_id": None})
    piece = advice.Piece(id=f"charter/{name}", title=name, category=name, url="https://example.com/" + "x" * 1900)
    return advice.example().model_copy(
        update={
            "name": name,
            "weak": (spot, spot.model_copy(update={"play": unplaced}), spot.model_copy(update={"play": None})),
            "content": (piece, piece, piece),
            "sent": tuple(advice.SentPiece(title=name, by="U01ANNA", on=NOW) for _ in range(5)),
            "tags": (name,) * 6,
        }
    )


def _advising_cards(name: str, first: standing.Standing) -> list[card.Card]:
    bant = bant_form.Bant(budget=name, authority=name, need=name, timing=name)
    prospect = first.model_copy(update={"subject": "prospect", "cell": None, "chs": None})
    full = card.example().model_copy(update={"standing": first, "play": _plays(name), "advice": _advice(name)})
    verdicts = [
        figures_form.Verdict(advice="Decide", missing=("lifetime value", "threshold for gross margin")),
        figures_form.Verdict(advice="Invest"),
        figures_form.Verdict(advice="Economise"),
    ]
    return [
        full,
        full.model_copy(update={"episode": card.OpenEpisode(opened_on=NOW, episode_id=3)}),
        *(full.model_copy(update={"episode": None, "verdict": verdict}) for verdict in verdicts),
        *(
            card.Card(
                standing=prospect, qualification=bant_form.example().model_copy(update={"state": each, "bant": bant})
            )
            for each in ("qualified", "unqualified", "unknown")
        ),
    ]


ROLES: tuple[prompt.Role, ...] = ("owner", "cover", "delegate", "manager", "fallback")


def _owned(items: tuple[prompt.PromptItem, ...]) -> list[prompt.PromptItem]:
    """The same items, each of another owner, in every state that a line can have."""
    states: tuple[dict[str, object], ...] = (
        {},
        {"snoozed_until": date(2026, 12, 1)},
        {"delegate": "U02BERT"},
        {"disowned_to": "C01CSALERT"},
    )
    return [item.model_copy(update={"owner": f"U{index:05}", **states[index % 4]}) for index, item in enumerate(items)]


# How each kind of data becomes a message; what isn't here is shown in a window alone.
RENDERED: dict[type[Data], Callable[[Any], Message]] = {
    alert.Alert: alert.render,
    prompt.Prompt: prompt.render,
    overdue.Overdue: overdue.render,
    result.Result: result.render,
    episode_note.EpisodeNote: episode_note.render,
    card.Card: lambda each: card.render(each, NOW),
    disowned.Disowned: disowned.render,
    review.Review: review.render,
    batch.Batch: batch.render,
    batch.HeldBatch: batch.render_held,
    config_summary.ConfigSummary: config_summary.render,
    due.Due: lambda each: due.render(each, NOW),
}


def messages(name: str, number: int = 4) -> list[Message]:
    """Every message."""
    shown = [RENDERED[type(each)](each) for each in data(name, number) if type(each) in RENDERED]
    some = standings(name, 12)
    shown += [notes.note(name), notes.note(notes.failed("12ab")), notes.stale_button(), notes.added(some[0])]
    shown += [notes.added(some[1]), notes.assigned(some[0]), notes.assigned(some[1])]
    shown += [notes.not_found(purpose, name, some) for purpose in PURPOSES]
    shown += [notes.not_found("score", name, ()), notes.too_slow(buttons.pick("score"))]
    shown += [*_help(name, some), *(greeting.render(in_channel=each) for each in (True, False))]
    shown.append(notes.too_slow(evidence.again(_source(name))))
    shown += portfolio_gallery.messages(name) + alert_gallery.messages(name, number) + lifelike_gallery.messages()
    shown += [refusal.note(each) for each in ("guest", "foreign")]
    shown += [import_plan.told(each) for each in _outcomes(name)]
    return shown + _handed_over(name, some[0])


def _handed_over(name: str, some: standing.Standing) -> list[Message]:
    """What is said about cover, absence, and ratings that are put off."""
    snoozed = some.model_copy(update={"snoozed_until": date(2026, 12, 1), "cover": "U02BERT"})
    away = away_form.example()
    covered = cover_form.example().model_copy(update={"name": name})
    return [
        not_now_form.snoozed(snoozed),
        not_now_form.delegated(some, "U02BERT"),
        not_now_form.disowned(some, "C01CSALERT"),
        *(cover_form.told(each) for each in (covered, covered.model_copy(update={"cover": None}))),
        cover_form.told(cover_form.Covered(accounts=300, cover="U02BERT")),
        *(away_form.told(away.model_copy(update=each)) for each in ABSENCES),
        *(notes.too_slow(each) for each in (buttons.away("U01ANNA"), buttons.hand_over("U01ANNA", "U02BERT"))),
        hand_over.done(hand_over.example()),
        hand_over.done(hand_over.HandOver(new="U02BERT", accounts=100, prompts=1, names=(name,) * 5)),
        hand_over.told(hand_over.HandedOver(given=hand_over.example(), by="U03CARL")),
        notes.too_slow(buttons.hand_over("U01ANNA")),
        leavers.render(leavers.example()),
        leavers.render(leavers.Leavers(people=_leavers(name), admin=True)),
    ]


def _leavers(name: str) -> tuple[leavers.Leaver, ...]:
    """More than are shown, in every state, with and without accounts."""
    full = leavers.example().people[0].model_copy(update={"names": (name,) * 5})
    states = ("deactivated", "guest", "foreign", "bot", "other")
    kinds: tuple[dict[str, object], ...] = (
        {},
        {"accounts": 0},
        {"accounts": 1, "names": (name,), "overdue": 0, "reports": 1, "handed_back": 0},
    )
    return tuple(
        full.model_copy(update={"user": f"U{index:05}", "state": states[index % 5], **kinds[index % 3]})
        for index in range(leavers.SHOWN + 3)
    )


ABSENCES: tuple[dict[str, object], ...] = (
    {},
    {"me": False, "covered": 12, "by_status": True},
    {"covered": 0, "manager": None},
    {"first": None, "last": None},
    {"accounts": 0},
)


def _help(name: str, some: tuple[standing.Standing, ...]) -> list[Message]:
    audiences = (
        help_text.Audience(owned=3, due=2),
        help_text.Audience(leads=True),
        help_text.Audience(sets_up=True, anything_there=False),
    )
    return [
        help_text.render(),
        *map(help_text.render, audiences),
        *map(help_text.usage, help_text.SUBCOMMANDS),
        help_text.unknown(name or "x"),
        help_text.unknown(name or "x", matches=some),
        help_text.unknown(f"scroe {name}", f"score {name}", some),
    ]


PURPOSES: tuple[picker.Purpose, ...] = (
    "score",
    "health",
    "account",
    "assign",
    "explain",
    "history",
    "whatif",
    "snooze",
    "cover",
)


def views(name: str, number: int = 4) -> list[Block]:
    """Every window and the Home."""
    some = standings(name, 12)
    shown = [survey.build(form) for form in surveys(name)]
    shown += [levels.build(survey.page_of(each.framework, each.page)) for each in surveys(name)[:1]] + _attaching(name)
    shown += [view for each in data(name, number) for view in _views_of(each)] + _plays_views(name)
    shown += [result.saving_modal(name), notes.note_modal(name), notes.checking_modal(), notes.settings_saved_modal()]
    shown.append(home_words.modal())
    shown += [notes.added_modal(some[0]), help_text.modal()]
    shown += [picker.build(purpose, name, some) for purpose in PURPOSES] + [picker.build("score")]
    shown += [account_form.build(name, "U01ANNA"), account_form.build()]
    shown += [health_form.build(each, "token", NOW, "41") for each in some[:2]]
    shown += [assign_form.build(some[0]), assign_form.build(some[0], "U02BERT"), assign_form.build()]
    shown += _arranging(name, some[0])
    shown += _explained(name, number)
    filled = settings_form.SettingsForm(
        alert_channel="C01", fallback_channel="C02", admins=("U01",), zone="Europe/Oslo"
    )
    shown += [
        settings_form.build(filled, {"alert_channel": name or "x"}),
        settings_form.build(settings_form.SettingsForm()),
        settings_menu.build(),
        *admin_gallery.views(name, number),
    ]
    shown += configuration(name, number)
    shown += portfolio_gallery.views(name, number, some[0]) + lifelike_gallery.views()
    return shown + alert_gallery.views(name, number)


def _source(name: str) -> evidence.Source:
    return evidence.Source(channel="C01", ts="1.2", author="U02BERT", excerpt=evidence.excerpt(name * 9))


def _attaching(name: str) -> list[Block]:
    source = _source(name)
    some = standings(name, 1)[0]
    return [
        evidence.build(source),
        evidence.build(source.model_copy(update={"author": None})),
        *(evidence.attached_modal(some, before=before) for before in (True, False)),
    ]


def _plays_views(name: str) -> list[Block]:
    """The windows about plays, decisions, figures and prospects."""
    form = decision_form.DecisionForm(episode_id=3, name=name, decider="U01ANNA", review_on=NOW.date())
    figures = amounts.Figures(lifetime_value=Decimal("125000.50"), gross_margin=Fraction(125, 2))
    full = form.model_copy(update={"what": "figures", "reason": name * 20, "figures": figures})
    names = [playbook_form.PlaybookName(id=f"id{n}", name=name or "x", of_cell=n < 9) for n in range(150)]
    book = playbook_form.PlaybookForm(id="save", name=name, title=name, summary=name, steps=(name,) * 10)
    return [
        decision_form.build(form),
        decision_form.build(full),
        decision_form.saved_modal(name, _decision(name)),
        figures_form.build(7, name, amounts.Figures()),
        figures_form.build(7, name, figures),
        *(
            bant_form.build(7, name, bant_form.example().model_copy(update={"bant": bant}))
            for bant in (bant_form.Bant(), bant_form.Bant(budget=name, authority=name, need=name, timing=name))
        ),
        playbook_form.pick(names),
        playbook_form.pick(names[:9]),
        playbook_form.build(book),
        playbook_form.build(playbook_form.example()),
        playbook_form.saved_modal(book),
        bands_form.build(bands_form.example()),
        bands_form.saved_modal(),
        cadence_form.build(cadence_form.example()),
        cadence_form.build(cadence_form.CadenceForm()),
        cadence_form.saved_modal(3),
        interval_form.build(interval_form.example().model_copy(update={"name": name})),
    ]


def _arranging(name: str, some: standing.Standing) -> list[Block]:
    """Cover, absence, handing over, and not now."""
    away, covered = away_form.example(), cover_form.example().model_copy(update={"name": name})
    put_off = not_now_form.example().model_copy(update={"name": name})
    return [
        *(away_form.build(away.model_copy(update=each), NOW.date()) for each in ABSENCES),
        away_form.told_modal(away),
        cover_form.build(some, "U02BERT", NOW.date()),
        cover_form.build(),
        cover_form.told_modal(covered),
        hand_over.build(hand_over.example()),
        hand_over.choose(hand_over.example()),
        hand_over.choose(hand_over.example().model_copy(update={"new": "", "prompts": 0, "alerts": 1})),
        hand_over.done_modal(hand_over.example()),
        not_now_form.build(put_off),
        not_now_form.build(put_off.model_copy(update={"latest": None, "snoozed_until": NOW.date()})),
        not_now_form.done_modal(not_now_form.delegated(some, "U02BERT")),
        event_form.build(some, "submission", NOW.date()),
        *(event_form.noted_modal(each) for each in _noted(name, some)),
    ]


def _noted(name: str, some: standing.Standing) -> list[event_form.Noted]:
    """Each thing that can follow from an event."""
    noted = event_form.example()
    noted = noted.model_copy(
        update={"standing": some, "event": noted.event.model_copy(update={"kind": "other", "note": name})}
    )
    others = ({"already": True}, {"asked": False, "rated_on": NOW.date()}, {"asked": False})
    return [event_form.example(), noted, *(noted.model_copy(update=each) for each in others)]


def _explained(name: str, number: int) -> list[Block]:
    """Explanations, comparisons and histories."""
    told, pair, past = explain.example(), compare.example(), history.example()
    first, *others = standings(name, 5)
    pair = pair.model_copy(
        update={"name": name, "answers": tuple(compare.Answer(name=name, first=1, second=2) for _ in range(number))}
    )
    framework = told.framework.model_copy(update={"name": name})
    told = told.model_copy(update={"standing": first, "framework": framework, "notes": {"people": name * 5}})
    told = told.model_copy(update={"seconds": (explain.Second(assessment_id=5, comparison=pair),)})
    more = {"note": name, "source": name, "category_notes": ((name, name),), "evidence": _evidence(name, 2)}
    notes_of = tuple(each.model_copy(update=more) for each in past.entries)
    past = past.model_copy(update={"name": name, "entries": notes_of})
    return [
        explain.modal(told),
        *(explain.modal(explain.Explain(standing=each, framework=framework, map=told.map)) for each in others),
        compare.modal(pair),
        compare.modal(pair.model_copy(update={"saved": True, "answers": (), "agreement": None})),
        history.modal(past),
        history.modal(history.History(account_id=7, name=name)),
    ]


def configuration(name: str, number: int) -> list[Block]:
    """The windows in which the map and the frameworks are changed."""
    pending = config_preview.Pending(map=MapSettings().to_dict())
    effect = config_changes(name, number)
    choice = frameworks_form.example()
    longer = [each.model_copy(update={"name": (name or "x")[:200]}) for each in choice.known]
    thirds = MapSettings(kind="nine", cmi_cuts=(Fraction(7, 3), Fraction(11, 3)), immature_floor=Fraction(3, 2))
    return [
        map_form.build(MapSettings()),
        sources_form.build(sources_form.example()),
        sources_form.build(sources_form.SourcesForm()),
        override_form.build(7, name, thirds.cells),
        map_form.build(thirds),
        weights_form.build(load_framework("maor-wittgen")),
        frameworks_form.build(choice.model_copy(update={"known": tuple(longer)})),
        *framework_windows(name, number),
        *imports(name, number),
        config_preview.build(effect, pending),
        config_preview.build(config_summary.ConfigSummary(by="U01ANNA", what="the map", moved=0), pending),
        config_preview.applied_modal(effect),
        config_preview.applying_modal(),
        config_preview.counting_modal(),
    ]


def framework_windows(name: str, number: int) -> list[Block]:
    """The list of frameworks, and what an uploaded file leads to."""
    listed = framework_list.example()
    own = listed.entries[1].model_copy(update={"name": name, "warnings": (name,) * 7, "uses": (name,) * 5})
    maor = load_framework("maor-wittgen")
    named = {"name": name, "categories": tuple(each.model_copy(update={"name": name}) for each in maor.categories)}
    strange = maor.model_copy(update=named)
    checked = framework_upload.Checked(upload_id=7, framework=strange, effect=config_changes(name, number))
    many = framework_upload.Rejected(file=name, problems=(name,) * (number + 1))
    return [
        framework_list.build(listed),
        framework_list.build(framework_list.FrameworkList(entries=(own,) * (number + 11), page=1, notice=name)),
        framework_upload.form(),
        framework_upload.form(many, attempt=2),
        framework_upload.reading_modal(),
        framework_upload.summary(checked),
        framework_upload.summary(checked.model_copy(update={"before": maor, "kept": number})),
        framework_upload.summary(checked.model_copy(update={"before": load_framework("bolstra-5-stages")})),
        framework_upload.summary(checked.model_copy(update={"before": strange})),
        framework_upload.published_modal(
            framework_upload.Published(name=name, version=2, effect=config_changes(name, number))
        ),
    ]


def imports(name: str, number: int) -> list[Block]:
    """The windows of an import and an export."""
    columns = tuple(
        import_form.FileColumn(name=name, samples=(name,) * 3, field=("name", "", "owner")[index % 3])
        for index in range(number * 12)
    )
    fields = {"name": "Account name", "owner": "Owner"}
    shown = import_form.ColumnsForm(upload_id=7, what="accounts", file=name, rows=9, columns=columns, fields=fields)
    totals = import_plan.Totals(added=2, changed=1, unchanged=4, with_health=3, history_only=1, moved=1, alerts=1)
    row = import_plan.PlannedRow(number=99999, name=name, kind="changed", changes=((name, name, name),) * 7)
    kinds = [row.model_copy(update={"kind": kind}) for kind in ("changed", "new", "unchanged")]
    plan = import_plan.Plan(
        upload_id=7, what="accounts", file=name, totals=totals, rows=tuple(kinds * 10), page=1, pages=3
    )
    return [
        import_form.form(),
        import_form.form((name,) * 9, attempt=2, what="content"),
        import_form.reading_modal(),
        import_form.columns_modal(shown),
        import_form.columns_modal(shown.model_copy(update={"what": "health", "columns": columns[:2]})),
        import_plan.build(plan),
        import_plan.build(plan.model_copy(update={"what": "content", "totals": import_plan.Totals(pieces=3)})),
        import_plan.build(plan.model_copy(update={"problems": (name,) * 30, "wrong": 99})),
        import_plan.running_modal(name, 100, 10_000),
        *map(import_plan.done_modal, _outcomes(name)),
        export_form.build(export_form.ExportForm(tables=tuple(export_form.TABLES))),
        export_form.making_modal(),
        export_form.on_its_way_modal(),
        export_form.sent_modal(name),
    ]


def _outcomes(name: str) -> list[import_plan.Outcome]:
    totals = import_plan.Totals(added=2, changed=1, unchanged=4, with_health=3, moved=1, alerts=1, held=True)
    outcome = import_plan.Outcome(file=name, what="accounts", totals=totals)
    return [outcome, outcome.model_copy(update={"silent": True}), outcome.model_copy(update={"wrong": 99})]


def surveys(name: str, frameworks: tuple[str, ...] = ("maor-wittgen",)) -> list[survey.SurveyForm]:
    """Every page of these frameworks, empty and filled."""
    forms = []
    for framework in map(load_framework, frameworks):
        answers = {
            each.id: each.levels[index % len(each.levels)].value for index, each in enumerate(framework.criteria)
        }
        for page in range(len(survey.pages(framework))):
            empty = survey.SurveyForm(submission="t" * 22, account_id=7, name=name, framework=framework, page=page)
            full = empty.model_copy(
                update={
                    "answers": {**answers, framework.criteria[0].id: None},
                    "last": _last_time(framework, answers, name),
                    "note": name,
                    "category_notes": {each.id: name for each in framework.categories},
                    "health": survey_parts.HealthAsk(value=Fraction(41), as_of=NOW, source=name),
                    "typed_health": "41",
                    "evidence": _evidence(name, 7),
                    "resumed": "same",
                }
            )
            again = {"resumed": "changed", "trouble": name, "seen": 10**12, "evidence_upto": 10**12}
            forms += [empty, full, full.model_copy(update={"health": survey_parts.HealthAsk(), "renewable": 33})]
            forms.append(full.model_copy(update=again))
            forms += [empty.model_copy(update={"mode": mode}) for mode in ("correction", "second", "customer")]
    return forms


def _last_time(framework: Framework, answers: dict[str, int], name: str) -> survey_parts.LastTime:
    ids = [each.id for each in framework.categories]
    return survey_parts.LastTime(
        ratings=answers,
        scores=dict.fromkeys(ids, Fraction(7, 3)),
        notes=dict.fromkeys(ids, name * 5),
        note=name * 5,
        by="U02BERT",
        on=NOW,
    )


def _evidence(name: str, number: int) -> tuple[evidence.Evidence, ...]:
    full = evidence.example().model_copy(update={"excerpt": evidence.excerpt(name * 9), "note": name * 5})
    bare = evidence.Evidence(excerpt=evidence.excerpt(name), added_by="U01ANNA", added_on=NOW)
    return tuple((full, bare)[index % 2] for index in range(number))


def _views_of(each: Data) -> list[Block]:
    if isinstance(each, result.Result):
        return [result.modal(each)]
    if isinstance(each, card.Card):
        plays = [advice.modal(each.advice)] if each.advice else []
        return [card.modal(each, NOW), more.build(each), *plays]
    return [home.build(each, NOW)] if isinstance(each, home.Home) else []
