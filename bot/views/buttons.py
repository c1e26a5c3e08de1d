"""The buttons that stand in several messages and windows. Each carries the account's (or episode's) id as its value."""

from typing import Literal

from bot.views.blocks import button
from bot.views.message import Block

RATE = "rate_account"
HEALTH = "enter_health"
HEALTH_QUESTIONS = "rate_health"
OPEN = "open_account"
ASSIGN = "assign_account"
CLAIM = "claim_episode"
HAND_BACK = "hand_back_episode"
SNOOZE = "snooze_episode"
WAKE = "wake_episode"
ESCALATE = "escalate_episode"
STORY = "show_story"
MORE = "more_of_account"
OUTCOME = "record_outcome"
REOPEN = "reopen_account"
WHAT_IF = "try_account"
PLAYS = "show_plays"
DECIDE = "decide_episode"
FIGURES = "enter_figures"
QUALIFY = "qualify_prospect"
CUSTOMER = "turn_into_customer"
PLAYBOOKS = "open_playbooks"
BANDS = "open_bands"
CADENCE = "open_cadence"
INTERVAL = "set_interval"
NOT_NOW = "not_now"
NOTE_EVENT = "note_event"
PAUSES = "open_pauses"
RESUME_ASKING = "resume_asking"
EVERYBODY = "everybody"
AWAY = "open_away"
BACK = "back_at_work"
COVER = "open_cover"
HAND_OVER = "open_hand_over"
ADD = "add_account"
PICK = "pick_account"
SETTINGS = "open_settings"
OPEN_ALERT = "open_alert"
RELEASE = "release_batch"
DROP = "drop_batch"
OVERRIDE = "override_cell"
END_OVERRIDE = "end_override"
CHANNELS = "open_channels"
ROUTES = "open_routes"
ACCESS = "open_access"
PEOPLE = "open_people"
HOLIDAYS = "open_holidays"
AUDIT = "open_audit"
UNSENT = "open_unsent"
MAP = "open_map"
SOURCES = "open_sources"
WEIGHTS = "open_weights"
FRAMEWORKS = "open_frameworks"
CHOOSE_FRAMEWORKS = "choose_frameworks"
UPLOAD_FRAMEWORK = "upload_framework"
IMPORT_AGAIN = "import_again"
IMPORT_PAGE = "import_page"
IMPORT_PROBLEMS = "import_problems"
IMPORT_COLUMNS = "import_change_columns"
IMPORT_TEMPLATE = {"csv": "import_template_csv", "xlsx": "import_template_xlsx"}
EXPORT_AGAIN = "export_again"
BACK_TO_FORM = "back_to_form"
ASK_AGAIN = "ask_again"
WEEKLY = "open_weekly"
STOP_WEEKLY = "stop_weekly"
START_WEEKLY = "start_weekly"
HELP = "show_help"
RUN = "run_command"
EXPLAIN = "explain_account"
HISTORY = "show_history"
NEWER = "newer_history"
OLDER = "older_history"
RENEW = "renew_rating"
CORRECT = "correct_rating"
SECOND = "second_rating"
CUSTOMER_RATING = "customer_rating"
COMPARE = "compare_ratings"

Style = Literal["primary", "danger"] | None


def rate(account_id: int, name: str, style: Style = None) -> Block:
    return button("Rate", RATE, str(account_id), label=f"Rate {name}", style=style)


def health(account_id: int, name: str, typed: str = "") -> Block:
    """``typed`` is what the form begins with."""
    value = f"{account_id}:{typed}" if typed else str(account_id)
    return button("Enter health", HEALTH, value, label=f"Enter the health of {name}")


def health_questions(account_id: int, name: str) -> Block:
    return button(
        "Answer questions", HEALTH_QUESTIONS, str(account_id), label=f"Rate the health of {name} by questions"
    )


def open_account(account_id: int, name: str) -> Block:
    return button("Open account", OPEN, str(account_id), label=f"Open {name}")


def assign(account_id: int, name: str) -> Block:
    return button("Assign", ASSIGN, str(account_id), label=f"Assign {name} to somebody")


def more(account_id: int, name: str) -> Block:
    """Opens the window with everything else; to add to it see `bot.views.more`."""
    return button("More…", MORE, str(account_id), label=f"More about {name}")


def plays(account_id: int, name: str) -> Block:
    return button("Plays", PLAYS, str(account_id), label=f"Plays and content for {name}")


def decide(episode_id: int, name: str) -> Block:
    return button("Decide", DECIDE, str(episode_id), label=f"Decide about {name}")


def figures(account_id: int, name: str) -> Block:
    return button("Figures", FIGURES, str(account_id), label=f"Enter lifetime value and margin of {name}")


def qualify(account_id: int, name: str) -> Block:
    return button("Qualify", QUALIFY, str(account_id), label=f"Qualify {name}")


def turn_into_customer(account_id: int, name: str) -> Block:
    return button("Make a customer", CUSTOMER, str(account_id), label=f"Turn {name} into a customer")


def playbooks() -> Block:
    return button("Playbooks", PLAYBOOKS, label="Edit the playbooks")


def bands() -> Block:
    return button("Bands and touch", BANDS, label="Bands of maturity, touch and qualification")


def cadence() -> Block:
    return button("Cadence and limits", CADENCE, label="When ratings are due, and the limits of age and alerts")


def pauses() -> Block:
    return button("Pause asking", PAUSES, label="Pause asking people to rate")


def resume_asking(manager: str | None) -> Block:
    """Ends the pause for a manager's team; None: for everybody."""
    return button("Ask again", RESUME_ASKING, manager or EVERYBODY, label="End this pause now")


def interval(account_id: int, name: str) -> Block:
    return button("Interval", INTERVAL, str(account_id), label=f"How often {name} is rated")


def note_event(account_id: int, name: str) -> Block:
    return button("Something changed…", NOTE_EVENT, str(account_id), label=f"Something changed at {name}")


def not_now(account_id: int, name: str) -> Block:
    """Opens the window in which a rating is put off, passed to a colleague, or refused."""
    return button("Not now…", NOT_NOW, str(account_id), label=f"Not now: {name}")


def away(user: str = "") -> Block:
    """Opens the form for an absence: one's own, or somebody's."""
    return button("Away…", AWAY, user, label="Tell when you are away")


def back(user: str) -> Block:
    return button("Back at work", BACK, user, label="No longer away", style="primary")


def cover(account_id: int, name: str) -> Block:
    return button("Cover", COVER, str(account_id), label=f"Who covers for the owner of {name}")


def hand_over(old: str, new: str = "") -> Block:
    """Opens the question whether all of somebody's accounts go to another; without ``new`` that is chosen there."""
    return button("Hand over…", HAND_OVER, f"{old}:{new}", label="Hand over all accounts of somebody")


def outcome(account_id: int, name: str) -> Block:
    return button("Outcome", OUTCOME, str(account_id), label=f"What became of {name}")


def what_if(account_id: int, name: str) -> Block:
    return button("What if", WHAT_IF, str(account_id), label=f"Try other answers for {name}")


def reopen(account_id: int, name: str) -> Block:
    return button("Reopen", REOPEN, str(account_id), label=f"Reopen {name}")


def claim(episode_id: int, name: str) -> Block:
    return button("I'm on it", CLAIM, str(episode_id), label=f"I'm on it: {name}", style="primary")


def hand_back(episode_id: int, name: str) -> Block:
    return button("Hand back", HAND_BACK, str(episode_id), label=f"Hand back: {name}")


def snooze(episode_id: int, name: str) -> Block:
    return button("Snooze…", SNOOZE, str(episode_id), label=f"Snooze the alert: {name}")


def wake(episode_id: int, name: str) -> Block:
    return button("Wake", WAKE, str(episode_id), label=f"End the snooze: {name}")


def escalate(episode_id: int, name: str) -> Block:
    return button("Escalate…", ESCALATE, str(episode_id), label=f"Escalate the alert: {name}")


def story(episode_id: int, name: str, text: str = "The whole story") -> Block:
    """Opens the window that tells of an episode from its beginning, and in which it can be worked on."""
    return button(text, STORY, str(episode_id), label=f"The alert and its story: {name}")


def add(name: str, style: Style = None) -> Block:
    return button("Add it", ADD, name, label=f"Add {name} as a new account", style=style)


def add_first() -> Block:
    return button("Add an account", ADD, label="Add a new account")


def settings() -> Block:
    return button("Settings", SETTINGS)


def open_alert(batch_id: int, episode_id: int, name: str) -> Block:
    """Starts the thread of one account of a batch; its value names both."""
    return button("Open alert", OPEN_ALERT, f"{batch_id}:{episode_id}", label=f"Open the alert for {name}")


def release(batch_id: int) -> Block:
    return button("Release", RELEASE, str(batch_id), label="Send the alerts as one summary", style="primary")


def drop(batch_id: int) -> Block:
    return button("Drop", DROP, str(batch_id), label="Send no alerts for this batch", style="danger")


def override(account_id: int, name: str) -> Block:
    return button("Override", OVERRIDE, str(account_id), label=f"Put {name} in another cell until a date")


def end_override(account_id: int, name: str) -> Block:
    return button("End override", END_OVERRIDE, str(account_id), label=f"Put {name} back where its scores place it")


def channels() -> Block:
    return button("Channels and admins", CHANNELS)


def routes() -> Block:
    return button("Channels of alerts", ROUTES, label="Rules for the channels of alerts")


def access() -> Block:
    return button("Who sees and rates", ACCESS)


def people() -> Block:
    return button("People", PEOPLE, label="People: roles and managers")


def holidays() -> Block:
    return button("Holidays", HOLIDAYS)


def audit() -> Block:
    return button("What was changed", AUDIT)


def unsent() -> Block:
    return button("Not sent", UNSENT, label="Messages that could not be sent")


def map_and_cuts() -> Block:
    return button("Map and cuts", MAP)


def health_sources() -> Block:
    return button("Health sources", SOURCES)


def weights(framework: str = "", name: str = "the framework") -> Block:
    """Of a framework by its name; without one, of that for customers."""
    return button("Weights", WEIGHTS, framework, label=f"Weights of {name}")


def which_framework() -> Block:
    return button("Frameworks", FRAMEWORKS, label="All frameworks, and which is for whom")


def choose_frameworks() -> Block:
    return button("Who is asked what", CHOOSE_FRAMEWORKS, label="Choose which framework is for whom")


def upload_framework(style: Literal["primary"] | None = None) -> Block:
    return button("Upload a file", UPLOAD_FRAMEWORK, label="Upload the file of a framework", style=style)


def back_to_form() -> Block:
    return button("Back", BACK_TO_FORM, label="Back to the form, to change it")


def ask_again(owner: str) -> Block:
    """Asks somebody again whom two reminders did not help, about all that they have left."""
    return button("Ask again", ASK_AGAIN, owner, label="Ask this owner again")


def weekly() -> Block:
    return button("Weekly report", WEEKLY, label="When the weekly report is sent")


def stop_weekly(text: str = "Don't send me this weekly") -> Block:
    return button(text, STOP_WEEKLY, label="No weekly report for me any more")


def start_weekly() -> Block:
    return button("Send me the weekly report", START_WEEKLY)


def show_help() -> Block:
    return button("Help", HELP, label="What CMI Bot can do")


def run(typed: str, text: str) -> Block:
    """Runs a command as if it had been typed after /cmi."""
    return button(text, RUN, typed, label=f"{text}: /cmi {typed}")


def pick(purpose: str) -> Block:
    """Opens the window in which an account is chosen."""
    return button("Choose an account", PICK, purpose, style="primary")


def search_all(purpose: str) -> Block:
    """The same, beside accounts that were offered already."""
    return button("Search all", PICK, purpose, label="Search all accounts")


def explain(account_id: int, name: str) -> Block:
    return button("Why?", EXPLAIN, str(account_id), label=f"Why {name} stands where it stands")


def history(account_id: int, name: str) -> Block:
    return button("History", HISTORY, str(account_id), label=f"History of {name}")


def newer(account_id: int, page: int) -> Block:
    return button("Newer", NEWER, f"{account_id}:{page}", label="Newer entries")


def older(account_id: int, page: int) -> Block:
    return button("Older", OLDER, f"{account_id}:{page}", label="Older entries")


def renew(account_id: int, name: str, assessment_id: int) -> Block:
    """Carries the assessment too: a second click, or one on an old message, must not renew a newer rating."""
    return button("Nothing changed", RENEW, f"{account_id}:{assessment_id}", label=f"Nothing changed: {name}")


def correct(account_id: int, name: str) -> Block:
    return button("Correct", CORRECT, str(account_id), label=f"Correct my last rating of {name}")


def second_rating(account_id: int, name: str) -> Block:
    return button("Second rating", SECOND, str(account_id), label=f"Give a second rating of {name}")


def customer_rating(account_id: int, name: str) -> Block:
    return button("Enter theirs", CUSTOMER_RATING, str(account_id), label=f"Enter {name}'s own rating")


def resume(mode: str, account_id: int, name: str) -> Block:
    """Goes on with an unfinished survey of this kind; "rating" for any other."""
    action_id = {
        "correction": CORRECT,
        "second": SECOND,
        "customer": CUSTOMER_RATING,
        "health": HEALTH_QUESTIONS,
    }.get(mode, RATE)
    return button("Continue", action_id, str(account_id), label=f"Continue with {name}")


def find() -> Block:
    return button("Find an account", PICK, "account")


def compare(account_id: int, name: str, assessment_id: int) -> Block:
    return button("Compare", COMPARE, f"{account_id}:{assessment_id}", label=f"Compare the ratings of {name}")


def import_again(text: str = "Import a file") -> Block:
    """Opens the window for a file."""
    return button(text, IMPORT_AGAIN, label="Import a file")


def import_page(text: str, upload_id: int, what: str, page: int) -> Block:
    """Another page of what an import would do. Two such buttons stand side by side, so each has an id of its own."""
    return button(text, f"{IMPORT_PAGE}_{text.lower()}", f"{what}:{upload_id}:{page}", label=f"{text}: page {page + 1}")


def import_problems(upload_id: int, what: str) -> Block:
    return button("Download the list", IMPORT_PROBLEMS, f"{what}:{upload_id}:0", label="Download what is to mend")


def import_columns(upload_id: int, what: str) -> Block:
    return button("Change columns", IMPORT_COLUMNS, f"{what}:{upload_id}:0", label="Change what the columns mean")


def import_template(kind: Literal["csv", "xlsx"]) -> Block:
    name = {"csv": "CSV", "xlsx": "Excel"}[kind]
    return button(f"{name} template", IMPORT_TEMPLATE[kind], label=f"Send me the template as {name}")


def export_again() -> Block:
    """Opens the window for an export."""
    return button("Export", EXPORT_AGAIN, label="Export what is known here")
