"""Readers' own words, understood by a model: who may ask, and what becomes of the answer."""

from dataclasses import dataclass

from bot.app import Services
from core.errors import LLMError
from core.llm import Errand, Urgency
from core.score.expansion import Glossary
from core.score.topics import Topics
from core.store import Allowance

TEXTS_A_DAY = 5
"""Texts of one person that a model is asked about; after that they are understood locally."""


@dataclass(frozen=True)
class Heard:
    """What a model made of it."""

    topics: Topics
    has_learned: bool
    """The glossary knows more now."""


class Understanding:
    """Asks within each person's share."""

    def __init__(self, core: Services) -> None:
        self._core = core

    async def unknown(self, topics: Topics, glossary: Glossary) -> list[str]:
        """Return the topics that neither the glossary knows nor anybody has had explained."""
        understander = self._core.understander
        new = [topic for topic in (*topics.wanted, *topics.avoided) if not glossary.knows(topic)]
        if understander is None or not new:
            return []
        meanings = self._core.store.meanings
        known = await meanings.known(new, prompt=understander.version)
        return [topic for topic in new if " ".join(topic.casefold().split()) not in known]

    async def may_ask(self, person: int) -> bool:
        """Whether a person's text may go to a model; counts it if so."""
        core = self._core
        if core.understander is None:
            return False
        today = core.now().astimezone(core.settings.digest_timezone).date()
        allowed = Allowance("topics", today, person, own=TEXTS_A_DAY)
        return await core.store.usage.take(allowed) is None

    async def hear(self, text: str, unknown: list[str], glossary: Glossary) -> Heard | None:
        """Return what a text means; None when no model can say."""
        understander = self._core.understander
        if understander is None:
            return None
        try:
            said = await understander.understand(
                text, unknown, glossary, Errand(Urgency.INTERACTIVE)
            )
        except LLMError:
            return None
        if said.meanings:
            await self._core.store.meanings.put(
                said.meanings, prompt=understander.version, model=said.model
            )
        return Heard(said.topics, bool(said.meanings))
