"""How many new readings there are left today, for one reader and for all together.

Only those count that cost a model call; a day is one of DIGEST_TIMEZONE. A limit of 0 is none.
"""

from bot.app import Services
from bot.clocks import midnight, moment
from core.models import Language

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


async def readings_left(core: Services, person: int) -> int | None:
    """Return how many new readings somebody may still ask for; None where there is no limit."""
    lefts = [left for left in await _left(core, person) if left is not None]
    return max(min(lefts), 0) if lefts else None


async def nothing_left(core: Services, person: int, language: Language) -> str | None:
    """Return what to tell somebody who has no reading left; None where there are some."""
    own, for_all = await _left(core, person)
    if own is not None and own <= 0:
        said, count = _NONE_LEFT[language], core.settings.readings_per_user
    elif for_all is not None and for_all <= 0:
        said, count = _NONE_FOR_ALL[language], core.settings.readings_per_day
    else:
        return None
    zone, now = core.settings.digest_timezone, core.now()
    resets = midnight(now, zone, days_ahead=1)
    return said.format(count=count, resets=moment(resets, now, zone.key, language))


async def _left(core: Services, person: int) -> tuple[int | None, int | None]:
    """Return what is left for one, and for all."""
    settings, asked = core.settings, core.store.asked
    since = midnight(core.now(), settings.digest_timezone)
    own = for_all = None
    if settings.readings_per_user:
        own = settings.readings_per_user - await asked.count(since, person)
    if settings.readings_per_day:
        for_all = settings.readings_per_day - await asked.count(since)
    return own, for_all
