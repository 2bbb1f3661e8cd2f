"""Moments and places as a reader says them: "明天 08:30（上海）", "tomorrow 08:30 (Tokyo)"."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.locale import LANGUAGES, Sentence, Sentences
from core.locale.phrases import BRACKETS, weekday
from core.models.values import Language

ZONES = Sentences(
    "reader_time.zones",
    (
        "Asia/Shanghai",
        "Asia/Hong_Kong",
        "Asia/Taipei",
        "Asia/Tokyo",
        "Asia/Seoul",
        "Asia/Singapore",
        "Asia/Kolkata",
        "Europe/London",
        "Europe/Paris",
        "Europe/Berlin",
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "Australia/Sydney",
        "UTC",
    ),
)
"""Time zones readers live in; every other IANA name is understood too."""
_ALSO = {
    "北京": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "中国": "Asia/Shanghai",
    "india": "Asia/Kolkata",
    "utc": "UTC",
    "gmt": "UTC",
}
_DAYS_BACK = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), 1),
    **dict.fromkeys(("前天", "前日"), 2),
    **dict.fromkeys(("明天", "明日", "tomorrow"), -1),
    **dict.fromkeys(("后天",), -2),
}
_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s*(?:[-/.]|年)\s*)?(?P<month>\d{1,2})\s*(?:[-/.]|月)\s*"
    r"(?P<day>\d{1,2})\s*[日号]?|(?P<year8>\d{4})(?P<month8>\d\d)(?P<day8>\d\d)",
    re.ASCII,
)
_NEAR = {
    0: Sentence("reader_time.near.today"),
    1: Sentence("reader_time.near.tomorrow"),
}


def zone_name(zone: str, language: Language) -> str:
    """Return a time zone as its people call it."""
    known = zone in ZONES.names
    return ZONES[zone](language) if known else zone.rpartition("/")[2].replace("_", " ")


def zone_of(name: str) -> str | None:
    """Return the IANA name of a time zone given as such, or as one of the cities above."""
    wanted = name.strip().casefold().replace(" ", "_")
    for zone in ZONES.names:
        names = (ZONES[zone](language).casefold().replace(" ", "_") for language in LANGUAGES)
        if wanted == zone.casefold() or wanted in names:
            return zone
    if wanted in _ALSO:
        return _ALSO[wanted]
    return _iana(name.strip()) or _iana("/".join(_titled(part) for part in wanted.split("/")))


def moment(at: datetime, now: datetime, zone: str, language: Language) -> str:
    """Return a moment to come on a reader's clock, with its day and where that clock is."""
    place = ZoneInfo(zone)
    local, today = at.astimezone(place), now.astimezone(place).date()
    ahead = (local.date() - today).days
    near = _NEAR.get(ahead)
    day = near(language) if near else f"{local:%m-%d} {weekday(local, language)}"
    return f"{day} {local:%H:%M}" + in_brackets(zone_name(zone, language), language)


def named_day(text: str, today: date) -> date | None:
    """Return the day that "2026-03-10", "03-10", "3月10日" or 昨天 names; None for anything else.

    Without a year it is the nearest such day.
    """
    wanted = unicodedata.normalize("NFKC", text).strip().casefold()
    if wanted in _DAYS_BACK:
        return today - timedelta(days=_DAYS_BACK[wanted])
    if (match := _DATE.fullmatch(wanted)) is None:
        return None
    month, day = (int(match[name] or match[f"{name}8"]) for name in ("month", "day"))
    given = match["year"] or match["year8"]
    years = [int(given)] if given else [today.year - 1, today.year, today.year + 1]
    days = filter(None, (_date(year, month, day) for year in years))
    return min(days, key=lambda found: abs(found - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def in_brackets(text: str, language: Language) -> str:
    """Return `text` in the brackets of a language."""
    return BRACKETS(language, text=text)


def midnight(now: datetime, zone: ZoneInfo, days_ahead: int = 0) -> datetime:
    """Return when the present day began in `zone`, or when one that comes will begin."""
    day = now.astimezone(zone).date() + timedelta(days=days_ahead)
    return datetime.combine(day, time(), zone)


def _iana(name: str) -> str | None:
    # What is no "Area/City" can be a file that happens to lie among the zones.
    if "/" not in name:
        return None
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return None


def _titled(part: str) -> str:
    return "_".join(word.capitalize() for word in part.split("_"))
