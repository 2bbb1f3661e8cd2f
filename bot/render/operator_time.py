"""Moments and spans as an operator reads them: local time, and how long until then."""

from datetime import datetime, timedelta, tzinfo

from core.models.values import Language


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a time of day in `zone`, with the day where it is another."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}"


def until(at: datetime, now: datetime, zone: tzinfo, language: Language = "en") -> str:
    """Return a moment to come: "16:00 (in 5 h 20 min)"; "now" when it is past."""
    if at <= now:
        return "现在" if language == "zh" else "now"
    if language == "zh":
        return f"{moment(at, now, zone)}（{span(at - now, 'zh')}后）"
    return f"{moment(at, now, zone)} (in {span(at - now)})"


def span(wait: timedelta, language: Language = "en") -> str:
    """Return how long something takes, rounded up: "5 h 20 min", "40 s"."""
    hour, minute, second = ("小时", "分钟", "秒") if language == "zh" else ("h", "min", "s")
    seconds = -(-wait // timedelta(seconds=1))
    if seconds < 60:
        return f"{seconds} {second}"
    hours, minutes = divmod(-(-seconds // 60), 60)
    parts = ((hours, hour), (minutes, minute))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
