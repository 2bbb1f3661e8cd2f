"""How many new readings there are left today, for one reader and for all together.

Only those count that cost a model call; a day is one of DIGEST_TIMEZONE. A limit of 0 is none.
They are counted before the work, in the transaction that takes the wish down. A reading that has to
wait keeps its count, for it comes; a question no model answered gets it back.
"""

from datetime import datetime

from bot.app import Services
from bot.render.reader_time import midnight, moment
from core.locale import Sentence
from core.models.values import Language
from core.store import Allowance, Limit

READING = "reading"
_NONE_LEFT = Sentence("limits.none_left")
_NONE_FOR_ALL = Sentence("limits.none_for_all")


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
        said, count = _NONE_LEFT, settings.readings_per_user
    else:
        said, count = _NONE_FOR_ALL, settings.readings_per_day
    zone, now = settings.digest_timezone, core.now()
    resets = midnight(now, zone, days_ahead=1)
    return said(language, count=count, resets=moment(resets, now, zone.key, language))
