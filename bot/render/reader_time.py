"""Moments and places as a reader says them: "明天 08:30（上海）", "tomorrow 08:30 (Tokyo)"."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.models.values import Language

ZONES: dict[str, dict[Language, str]] = {
    "Asia/Shanghai": {"zh": "上海", "en": "Shanghai"},
    "Asia/Hong_Kong": {"zh": "香港", "en": "Hong Kong"},
    "Asia/Taipei": {"zh": "台北", "en": "Taipei"},
    "Asia/Tokyo": {"zh": "东京", "en": "Tokyo"},
    "Asia/Seoul": {"zh": "首尔", "en": "Seoul"},
    "Asia/Singapore": {"zh": "新加坡", "en": "Singapore"},
    "Asia/Kolkata": {"zh": "印度", "en": "India"},
    "Europe/London": {"zh": "伦敦", "en": "London"},
    "Europe/Paris": {"zh": "巴黎", "en": "Paris"},
    "Europe/Berlin": {"zh": "柏林", "en": "Berlin"},
    "America/New_York": {"zh": "纽约", "en": "New York"},
    "America/Chicago": {"zh": "芝加哥", "en": "Chicago"},
    "America/Los_Angeles": {"zh": "洛杉矶", "en": "Los Angeles"},
    "Australia/Sydney": {"zh": "悉尼", "en": "Sydney"},
    "UTC": {"zh": "UTC", "en": "UTC"},
}
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
_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
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
_NEAR: dict[Language, tuple[str, ...]] = {"zh": ("今天", "明天"), "en": ("today", "tomorrow")}


def zone_name(zone: str, language: Language) -> str:
    """Return a time zone as its people call it."""
    known = ZONES.get(zone)
    return known[language] if known else zone.rpartition("/")[2].replace("_", " ")


def zone_of(name: str) -> str | None:
    """Return the IANA name of a time zone given as such, or as one of the cities above."""
    wanted = name.strip().casefold().replace(" ", "_")
    for zone, names in ZONES.items():
        if wanted in (zone.casefold(), *(n.casefold().replace(" ", "_") for n in names.values())):
            return zone
    if wanted in _ALSO:
        return _ALSO[wanted]
    return _iana(name.strip()) or _iana("/".join(_titled(part) for part in wanted.split("/")))


def moment(at: datetime, now: datetime, zone: str, language: Language) -> str:
    """Return a moment to come on a reader's clock, with its day and where that clock is."""
    place = ZoneInfo(zone)
    local, today = at.astimezone(place), now.astimezone(place).date()
    ahead = (local.date() - today).days
    if ahead in (0, 1):
        day = _NEAR[language][ahead]
    else:
        day = f"{local:%m-%d} {_WEEKDAYS[language][local.weekday()]}"
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
    return f"（{text}）" if language == "zh" else f" ({text})"


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
