"""A reader's own words as topics, and topics nobody has listed, understood by a model.

Nothing is believed that the words do not hold: each topic names the stretch of the reader's text it
comes from, and that stretch must stand there. What a newcomer would get wrong: a learned meaning is
for everybody who types the topic, so it is checked harder than an answer to one reader.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from core.llm import Errand
from core.llm.asker import Asker
from core.llm.fence import block, line
from core.llm.prompts import PromptFile
from core.models import Meaning
from core.score.topics import LONGEST, LONGEST_TEXT, MOST, Topics
from core.visible import one_line

MOST_NAMES, MOST_TERMS = 4, 8
MOST_WORDS = 6
_ENGLISH = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 .+/'&()-]*")


class Stated(BaseModel):
    """A topic, and the words it comes from."""

    topic: str = Field(description="the field's English term")
    said: str = Field(description="the researcher's own words for it, copied exactly")


class Explained(BaseModel):
    """A topic the glossary does not know."""

    topic: str = Field(description="copied exactly")
    names: list[str] = Field(default_factory=list)
    narrower: list[str] = Field(default_factory=list)
    related: list[str] = Field(default_factory=list)


class Meant(BaseModel):
    """What a researcher's words mean."""

    wanted: list[Stated] = Field(default_factory=list)
    avoided: list[Stated] = Field(default_factory=list)
    meanings: list[Explained] = Field(default_factory=list)


@dataclass(frozen=True)
class Understood:
    """What is believed of it."""

    topics: Topics
    """Empty where the words name none."""
    meanings: tuple[Meaning, ...]
    model: str


class Understander:
    """Asks a model what words mean."""

    def __init__(self, chain: Asker, prompt: PromptFile) -> None:
        self._chain = chain
        self._prompt = prompt
        self.version = prompt.version(Meant)

    async def understand(self, text: str, unknown: Sequence[str], errand: Errand) -> Understood:
        """Return the topics of `text`, and what the unknown ones mean. Raise `LLMError`."""
        question = self._prompt.fill(
            text=block(text, limit=LONGEST_TEXT) or "(none)",
            unknown="\n".join(line(topic, limit=LONGEST) for topic in unknown) or "(none)",
        )
        reply = await self._chain.ask(question, Meant, errand)
        return Understood(
            topics_of(reply.answer, text), meanings_of(reply.answer, unknown), reply.model
        )


def topics_of(meant: Meant, text: str) -> Topics:
    """Return the topics whose words stand in `text`."""
    avoided = _stated(meant.avoided, text)
    wanted = tuple(topic for topic in _stated(meant.wanted, text) if topic not in avoided)
    return Topics(wanted[:MOST], avoided[:MOST])


def meanings_of(meant: Meant, unknown: Sequence[str]) -> tuple[Meaning, ...]:
    """Return the usable meanings of what was asked about, each once."""
    asked = {_folded(topic): topic for topic in unknown}
    found: dict[str, Meaning] = {}
    for item in meant.meanings:
        key = _folded(item.topic)
        names = _terms(item.names, MOST_NAMES)
        if key in asked and key not in found and names:
            found[key] = Meaning(
                topic=asked[key],
                names=names,
                narrower=_terms(item.narrower, MOST_TERMS),
                related=_terms(item.related, MOST_TERMS),
            )
    return tuple(found.values())


def _stated(items: Sequence[Stated], text: str) -> tuple[str, ...]:
    folded = _folded(text)
    kept = (item.topic for item in items if (said := _folded(item.said)) and said in folded)
    return _terms(kept, MOST)


def _terms(terms: Iterable[str], most: int) -> tuple[str, ...]:
    """Return what can be a term of the field: English, short, visible; each once."""
    found: dict[str, str] = {}
    for term in terms:
        clean = one_line(term).strip(" .,;:")
        is_short = len(clean) <= LONGEST and len(clean.split()) <= MOST_WORDS
        if is_short and _ENGLISH.fullmatch(clean):
            found.setdefault(clean.casefold(), clean)
    return tuple(found.values())[:most]


def _folded(text: str) -> str:
    return one_line(text).casefold()
