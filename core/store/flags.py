"""Which of a day's papers speak to the model, kept for the administrators.

Only the latest day is kept: who is told once of each then hears of a paper once a day at most.
"""

import json
import logging
from collections.abc import Mapping
from datetime import date

from core.injection.detect import Passage
from core.store.key_values import KeyValues
from core.text.visible import one_line

logger = logging.getLogger(__name__)

_NAME = "flags"
EXCERPT = 120


class Flags:
    def __init__(self, memory: KeyValues) -> None:
        self._memory = memory

    async def note(self, day: date, found: Mapping[str, Passage]) -> None:
        if not found:
            return
        for paper_id, passage in found.items():
            logger.warning("%s speaks to the model: %s", paper_id, passage.kind)
        known_day, known = await self.latest()
        # A text is read on a day of the clock, a list scored for one of the digest's zone.
        latest = max(known_day, str(day))
        new = {key: [str(seen.kind), one_line(seen.text)[:EXCERPT]] for key, seen in found.items()}
        kept = {key: list(value) for key, value in known.items()} if known_day == latest else {}
        value = json.dumps({"day": latest, "papers": kept | new})
        await self._memory.put(_NAME, value)

    async def latest(self) -> tuple[str, Mapping[str, tuple[str, str]]]:
        """Return the latest day with any, and the kind and beginning of each paper's passage."""
        remembered = await self._memory.get(_NAME)
        if remembered is None:
            return "", {}
        value = json.loads(remembered)
        return value["day"], {key: (kind, text) for key, (kind, text) in value["papers"].items()}
