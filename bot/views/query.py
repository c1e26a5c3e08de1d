"""Which part of the portfolio somebody looks at, and how: carried unseen by its windows and buttons."""

from datetime import date

from pydantic import ValidationError

from bot.errors import UserError
from bot.views.account_form import SEGMENTS
from bot.views.message import Block, Data
from bot.views.text import inert, mention

OWNER = "owner"
MAP, TIME, OUTCOMES, ROUND = "map", "time", "outcomes", "round"


class Query(Data):
    """``filters`` are (key, value): a segment's key, or "owner" with a Slack user id. Several of a key: any of them.

    ``show`` says what of it is shown, ``since`` the day from which movement counts (None: the default).
    """

    filters: tuple[tuple[str, str], ...] = ()
    show: str = MAP
    page: int = 0
    since: date | None = None

    def showing(self, what: str) -> "Query":
        """The same part of the portfolio, shown in another way, from its first page."""
        return self.model_copy(update={"show": what, "page": 0})

    def turned(self, by: int) -> "Query":
        """The same, some pages on."""
        return self.model_copy(update={"page": max(self.page + by, 0)})

    @property
    def markup(self) -> str:
        """Size: Enterprise · owner: @anna; empty without filters."""
        return " · ".join(
            f"{key}: {mention(value)}" if key == OWNER else f"{SEGMENTS.get(key, key)}: {inert(value)}"
            for key, value in self.filters
        )


def read(written: object) -> Query:
    """The query that a window or a button carries. UserError for one that an earlier version wrote."""
    try:
        return Query.model_validate_json(written if isinstance(written, str) else "")
    except ValidationError as error:
        raise UserError("This window is too old. Please close it and type /cmi portfolio again.") from error


def of_view(view: Block) -> Query:
    return read(view.get("private_metadata"))
