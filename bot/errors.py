"""What can go wrong for a person or an operator, one class per meaning.

The text of a `UserError` is shown to the person as it is, so it says what to do next. The text of a `StartupError`
is the one line an operator reads before the program exits with status 1.
"""

import secrets


class UserError(Exception):
    """Something the person can mend; `str(error)` is the text they read."""

    @property
    def text(self) -> str:
        return str(self)


class FieldError(UserError):
    """Wrong input in one field of a form; shown under that field.

    `field` is the form's own name of the field (such as "name" or "owner"), never a Block Kit id.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class NotFound(UserError):
    """What was asked for is not there (any more)."""


class NotAllowed(UserError):
    """The person may not do this; the text says who may."""


class AlreadyClaimed(UserError):
    """Somebody else was quicker to take an alert; the text says who and when."""


class Overtaken(UserError):
    """Somebody else did the same while the form was open; the form is shown again and says who."""


class ChangedMeanwhile(UserError):
    """The settings of a form changed while it was open. `lines` say what and by whom, as mrkdwn; `version` is new."""

    def __init__(self, version: int, lines: tuple[str, ...]) -> None:
        super().__init__("Somebody changed these settings while you had them open. Please open them again.")
        self.version, self.lines = version, lines


class Busy(UserError):
    """A lock could not be had in time. Nothing was stored yet; trying again is safe."""


class ImportRefused(UserError):
    """A file could not be imported. `problems` names every row and column; nothing was stored."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StartupError(Exception):
    """The program can't start; `str(error)` says what to do, in one line."""


def reference() -> str:
    """A short id that a person can quote and that stands beside the error in the log."""
    return secrets.token_hex(4)
