"""How many new readings there are left today, for one reader and for all together.

Only those count that cost a model call; a day is one of DIGEST_TIMEZONE. A limit of 0 is none.
They are counted before the work, in the transaction that takes the wish down. A reading that has to
wait keeps its count, for it comes; a question no model answered gets it back.
"""

from datetime import datetime

from bot.app import Services
from bot.render.reader_time import midnight, moment
from core.models.values import Language
from core.store import Allowance, Limit

READING = "reading"
_NONE_LEFT: dict[Language, str] = {
    "zh": "你今天的 {count} 篇新解读已用完，{resets}恢复。"
    "别人读过的论文、日报里的论文仍可随时打开。",
    "en": "Your {count} new readings of today are used up; there are more {resets}. Papers of the"
    " digest, and those others have read, still open at once.",
}
_NONE_FOR_ALL: dict[Language, str] = {
    "zh": "今天大家的新解读都用完了，{resets}恢复。已经读过的论文、日报里的论文仍可随时打开。",
    "en": "Today's new readings are used up for everybody; there are more {resets}. Papers of the"
    " digest, and those that have been read, still open at once.",
}


def allowance(
    core: Services, person: int, *, is_exempt: bool = False, at: datetime | None = None
) -> Allowance:
    """Return what somebody may read today, or on the day of `at`; the exempt are counted only."""
    settings = core.settings
    return Allowance(
        READING,
        (at or core.now()).astimezone(settings.digest_timezone).date(),
        person,
        own=None if is_exempt else settings.readings_per_user or None,
        for_all=None if is_exempt else settings.readings_per_day or None,
    )


async def readings_left(core: Services, person: int) -> int | None:
    """Return how many new readings somebody may still ask for; None where there is no limit."""
    allowed = allowance(core, person)
    own, of_all = await core.store.usage.used(allowed)
    pairs = ((allowed.own, own), (allowed.for_all, of_all))
    lefts = [limit - used for limit, used in pairs if limit is not None]
    return max(min(lefts), 0) if lefts else None


def nothing_left(core: Services, limit: Limit, language: Language) -> str:
    """Return what to tell somebody who has no reading left."""
    settings = core.settings
    if limit is Limit.OWN:
        said, count = _NONE_LEFT[language], settings.readings_per_user
    else:
        said, count = _NONE_FOR_ALL[language], settings.readings_per_day
    zone, now = settings.digest_timezone, core.now()
    resets = midnight(now, zone, days_ahead=1)
    return said.format(count=count, resets=moment(resets, now, zone.key, language))
