"""Moments and spans as an operator reads them: local time, and how long until then."""

from datetime import datetime, timedelta, tzinfo

from core.locale import Sentence, Sentences
from core.models.values import Language

_NOW = Sentence("operator_time.now")
_AT = Sentence("operator_time.at")
_UNITS = Sentences("operator_time.units")


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a time of day in `zone`, with the day where it is another."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}"


def until(at: datetime, now: datetime, zone: tzinfo, language: Language = "en") -> str:
    """Return a moment to come: "16:00 (in 5 h 20 min)"; "now" when it is past."""
    if at <= now:
        return _NOW(language)
    return _AT(language, moment=moment(at, now, zone), wait=span(at - now, language))


def span(wait: timedelta, language: Language = "en") -> str:
    """Return how long something takes, rounded up: "5 h 20 min", "40 s"."""
    seconds = -(-wait // timedelta(seconds=1))
    if seconds < 60:
        return _UNITS["seconds"](language, count=seconds)
    hours, minutes = divmod(-(-seconds // 60), 60)
    parts = ((hours, "hours"), (minutes, "minutes"))
    return " ".join(_UNITS[unit](language, count=count) for count, unit in parts if count)
