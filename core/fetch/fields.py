"""Single fields as services send them, made into what `Paper` holds. Pure.

Lenient by rule: a field that makes no sense is worth losing that field, never the paper. Texts
keep their LaTeX; they lose line breaks, control characters and whatever cannot be stored as
UTF-8, and have a sane length.
"""

import re
from datetime import date, timedelta
from typing import Annotated, TypeVar

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from core.text.visible import cut

T = TypeVar("T")

TITLE = 500
ABSTRACT = 20_000
LINE = 1_000
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)
"""Before and after these no paper of a list came out: somebody's clock or form was empty."""
AUTHORS = 2_000  # collaborations are real; a million names are not

# Control characters and lone surrogates (which JSON can carry and no database will take).
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _or_none(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    try:
        return validate(value)
    except ValidationError:
        return None


Maybe = Annotated[T | None, WrapValidator(_or_none)]
"""An optional field of a foreign model: absent, null and of a wrong type are all None."""


def line(text: str | None, limit: int = LINE) -> str:
    """Return `text` on one line, at most `limit` characters long; "" for nothing."""
    if not text:
        return ""
    # Cut before splitting as well: 100 MB of spaces should cost nothing.
    plain = " ".join(_UNPRINTABLE.sub(" ", text[: 4 * limit]).split())
    return cut(plain, limit)


def web_link(text: str | None) -> str | None:
    """Return `text` if it is a link one can follow, else None."""
    link = (text or "").strip()
    if len(link) > 500 or _UNPRINTABLE.search(link):
        return None
    return link if re.fullmatch(r"https?://[^\s<>\"]{3,490}", link, re.IGNORECASE) else None


def names(values: list[str]) -> tuple[str, ...]:
    """Return people's names, empty ones dropped, in order."""
    cleaned = (line(value, 200) for value in values[:AUTHORS])
    return tuple(name for name in cleaned if name)


def iso_day(text: str | None) -> date | None:
    """Return the day an ISO time starts with, or None."""
    try:
        return plausible(date.fromisoformat((text or "")[:10]))
    except ValueError:
        return None


def plausible(day: date | None, listed: date | None = None) -> date | None:
    """Return a day on which a paper may have come out, else None: not after it was `listed`."""
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        return None
    return None if listed is not None and day > listed + timedelta(days=1) else day
