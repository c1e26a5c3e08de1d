"""How a workspace writes its dates. Chosen once for a request, a delivery or a job; all views write them by it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from babel.dates import format_date

DEFAULT = "en_GB"
_ISO = "iso"
LANGUAGES: Mapping[str, str] = {
    DEFAULT: "English",
    "en_US": "English (US)",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
    "pt_BR": "Português (Brasil)",
    "sv": "Svenska",
    "da": "Dansk",
    "fi": "Suomi",
    "pl": "Polski",
    "cs": "Čeština",
    "ja": "日本語",
    _ISO: "International (ISO 8601)",
}
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def choose(language: str) -> None:
    """Write dates so from now on, in this request; what isn't known is written as by default."""
    _language.set(language if language in LANGUAGES else DEFAULT)


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Write dates so within a block."""
    before = _language.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(before)


def written(when: date) -> str:
    """12 Aug 2026, or as the language chosen has it."""
    language = _language.get()
    if language == DEFAULT:
        return f"{when.day} {when:%b %Y}"  # Babel's British English has “Sept”, which nobody who reads tables wants
    if language == _ISO:
        return f"{when:%Y-%m-%d}"
    return format_date(when, "medium", locale=language)
