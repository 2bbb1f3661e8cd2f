"""Readers' own words, understood by a model: who may ask, and what becomes of the answer."""

from dataclasses import dataclass

from bot.app import Services
from core.llm import CallContext, Urgency
from core.models.errors import LLMError
from core.score.topics import Topics
from core.store import Allowance
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

    def __init__(self, core: Services) -> None:
        self._core = core

    async def unknown(self, topics: Topics, glossary: Glossary) -> list[str]:
        """Return the topics that neither the glossary knows nor anybody has had explained."""
        topic_interpreter = self._core.topic_interpreter
        new = [topic for topic in (*topics.wanted, *topics.avoided) if not glossary.knows(topic)]
        if topic_interpreter is None or not new:
            return []
        meanings = self._core.store.meanings
        known = await meanings.known(new, prompt=topic_interpreter.version)
        return [topic for topic in new if " ".join(topic.casefold().split()) not in known]

    async def may_ask(self, person: int) -> bool:
        """Whether a person's text may go to a model; counts it if so."""
        core = self._core
        if core.topic_interpreter is None:
            return False
        today = core.now().astimezone(core.settings.digest_timezone).date()
        allowed = Allowance("topics", today, person, own=TEXTS_A_DAY)
        return await core.store.usage.take(allowed) is None

    async def hear(self, text: str, unknown: list[str], glossary: Glossary) -> Heard | None:
        """Return what a text means; None when no model can say."""
        topic_interpreter = self._core.topic_interpreter
        if topic_interpreter is None:
            return None
        try:
            said = await topic_interpreter.understand(
                text, unknown, glossary, CallContext(Urgency.INTERACTIVE)
            )
        except LLMError:
            return None
        if said.meanings:
            await self._core.store.meanings.put(
                said.meanings, prompt=topic_interpreter.version, model=said.model
            )
        return Heard(said.topics, bool(said.meanings))
