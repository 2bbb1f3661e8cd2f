"""Readers' own words, understood by a model: who may ask, and what becomes of the answer."""

from dataclasses import dataclass

from bot.features.deep_dives.limits import DailyLimits
from core.judge.topics import TopicInterpreter
from core.llm import CallContext, Urgency
from core.models.errors import LLMError
from core.score.topics import Topics
from core.store.audience.topic_meanings import Meanings
from core.text.glossary import Glossary

TEXTS_A_DAY = 5
"""Texts of one person that a model is asked about; after that they are understood locally."""


@dataclass(frozen=True)
class Heard:
    """What a model made of it."""

    topics: Topics
    has_learned: bool
    """The glossary knows more now."""


class TopicUnderstanding:
    """Asks within each person's share."""

    def __init__(
        self, interpreter: TopicInterpreter | None, meanings: Meanings, limits: DailyLimits
    ) -> None:
        """`interpreter`: None without a key."""
        self._interpreter = interpreter
        self._meanings = meanings
        self._limits = limits

    async def unknown(self, topics: Topics, glossary: Glossary) -> list[str]:
        """Return the topics that neither the glossary knows nor anybody has had explained."""
        new = [topic for topic in (*topics.wanted, *topics.avoided) if not glossary.knows(topic)]
        if self._interpreter is None or not new:
            return []
        known = await self._meanings.known(new, prompt=self._interpreter.version)
        return [topic for topic in new if " ".join(topic.casefold().split()) not in known]

    async def may_ask(self, person: int) -> bool:
        """Whether a person's text may go to a model; counts it if so."""
        if self._interpreter is None:
            return False
        return await self._limits.take("topics", person, TEXTS_A_DAY)

    async def hear(self, text: str, unknown: list[str], glossary: Glossary) -> Heard | None:
        """Return what a text means; None when no model can say."""
        if self._interpreter is None:
            return None
        context = CallContext(Urgency.INTERACTIVE)
        try:
            said = await self._interpreter.understand(text, unknown, glossary, context)
        except LLMError:
            return None
        if said.meanings:
            prompt = self._interpreter.version
            await self._meanings.put(said.meanings, prompt=prompt, model=said.model)
        return Heard(said.topics, bool(said.meanings))
