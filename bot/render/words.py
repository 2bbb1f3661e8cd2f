"""The sentences only chats show, in Chinese and English; the report's are in core.report.words."""

from datetime import date

from core.locale import Sentences
from core.locale.phrases import weekday
from core.models.values import Language

say = Sentences("render")


def named_day(day: date, language: Language) -> str:
    """Return a day with its weekday: "2026-03-13 周五"."""
    return f"{day.isoformat()} {weekday(day, language)}"


def short_day(day: date) -> str:
    """Return a day of these weeks: "03-13"."""
    return f"{day:%m-%d}"


def stars(count: int) -> str:
    """Return a repository's stars as people say them: "★ 812", "★ 1.2k"."""
    return f"★ {count}" if count < 1000 else f"★ {count / 1000:.1f}k".replace(".0k", "k")
