"""What a customer success team would see, without names that are there to be tried: for the pictures in the docs."""

from datetime import UTC, datetime
from fractions import Fraction

from bot.views import (
    advice,
    batch,
    card,
    compare,
    config_preview,
    config_summary,
    decision_form,
    disowned,
    due,
    escalate_form,
    escalation,
    evidence,
    explain,
    framework_list,
    framework_upload,
    frameworks_form,
    history,
    home,
    home_accounts,
    movers,
    notes,
    overdue,
    picker,
    playbook,
    playbook_form,
    progress,
    prompt,
    review,
    snooze_form,
    story,
    survey,
    survey_parts,
    whatif,
)
from bot.views.home_state import SCOPES, TABS, HomeState
from bot.views.message import Block, Message
from bot.views.standing import Standing, example
from cmi_core import MapSettings, default_map, load_framework

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def accounts() -> tuple[Standing, ...]:
    """A few customers."""
    good = {
        "account_id": 8,
        "name": "Globex",
        "cmi": Fraction(37, 10),
        "chs": Fraction(81),
        "cell": "expand_and_leverage",
    }
    new = Standing(account_id=9, name="Initech", owner="U02BERT", missing=("cmi", "chs"))
    return example(), example().model_copy(update=good), new


def messages() -> list[Message]:
    """Messages as they are on an ordinary day."""
    told = card.example().model_copy(
        update={"play": playbook.example(), "advice": advice.example(), "evidence": (evidence.example(),)}
    )
    return [
        batch.render(batch.example()),
        batch.render_held(batch.held_example()),
        card.render(told, NOW),
        config_summary.render(config_summary.example()),
        disowned.render(disowned.example()),
        due.render(due.example(), NOW),
        escalation.render(escalation.example()),
        notes.not_found("score", "acm", accounts()),
        overdue.render(overdue.example()),
        progress.render(progress.example()),
        prompt.render(prompt.example()),
        review.render(review.example()),
    ]


def views() -> list[Block]:
    """Windows and the Home as they are on an ordinary day."""
    told = card.example().model_copy(
        update={"play": playbook.example(), "advice": advice.example(), "evidence": (evidence.example(),)}
    )
    framework = load_framework("maor-wittgen")
    effect = config_summary.example()
    pending = config_preview.Pending(map=MapSettings().to_dict())
    return [
        card.modal(told, NOW),
        compare.modal(compare.example()),
        config_preview.build(effect, pending),
        decision_form.saved_modal("Acme, Inc.", decision_form.example()),
        escalate_form.build(escalate_form.example()),
        explain.modal(explain.example()),
        framework_list.build(framework_list.example()),
        framework_upload.summary(framework_upload.Checked(upload_id=7, framework=framework, effect=effect)),
        frameworks_form.build(frameworks_form.example()),
        history.modal(history.example()),
        home.build(
            home.Home(tabs=tuple(TABS), scopes=tuple(SCOPES), state=HomeState(), shown=home_accounts.example()),
            NOW,
        ),
        movers.build(movers.example()),
        notes.note_modal("This account is being changed by somebody else. Please try again in a moment."),
        picker.build("explain", "acm", accounts()),
        playbook_form.build(playbook_form.example()),
        snooze_form.build(snooze_form.example()),
        story.modal(story.example()),
        survey.build(_survey()),
        whatif.cuts(default_map("quadrants"), _counts()),
    ]


def _survey() -> survey.SurveyForm:
    """A first page that was begun before, with all that is remembered."""
    framework = load_framework("maor-wittgen")
    charter, people, *_ = framework.categories
    ratings: dict[str, int | None] = {
        each.id: level for each, level in zip(framework.criteria, (3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1), strict=True)
    }
    last = survey_parts.LastTime(
        ratings=ratings,
        scores={charter.id: Fraction(7, 3), people.id: Fraction(4)},
        notes={people.id: "Two more hires are planned."},
        by="U02BERT",
        on=datetime(2026, 8, 12, 9, tzinfo=UTC),
    )
    return survey.SurveyForm(
        submission="t" * 22,
        account_id=7,
        name="Acme, Inc.",
        framework=framework,
        answers={framework.criteria[0].id: 4, framework.criteria[1].id: 2},
        last=last,
        renewable=33,
        evidence=(evidence.example(),),
        resumed="same",
    )


def _counts() -> whatif.Counts:
    before = {"retain": 12, "expand_and_leverage": 24, "save": 8, "let_churn": 4}
    after = {"retain": 10, "expand_and_leverage": 26, "save": 9, "let_churn": 3}
    effect = config_summary.example()
    return whatif.Counts(effect=effect, kind_before="quadrants", kind="quadrants", before=before, after=after)
