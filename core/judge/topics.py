"""A reader's own words as topics, and topics nobody has listed, understood by a model.

Nothing is believed that the words do not hold: each topic names the stretch of the reader's text it
comes from, and that stretch must stand there. A learned meaning is for everybody who types the
topic, so it is checked harder than an answer to one reader.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pydantic import BaseModel, Field

from core.llm import Asker, CallContext
from core.llm.fence import block, line
from core.llm.prompts import PromptFile
from core.models.values import Meaning
from core.score.exclusions import LONGEST_TEXT, excluded, stretches
from core.score.topics import LONGEST, MOST, Topics, excluded_terms
from core.text.glossary import Glossary
from core.text.language import written_in
from core.text.visible import one_line
from core.text.words import stems

MOST_NAMES, MOST_TERMS = 4, 8
MOST_WORDS = 6
MOST_ABSTRACTS = 3
ABSTRACT_CHARACTERS = range(120, 1_000)
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
    abstracts: list[str] = Field(default_factory=list)
    near_misses: list[str] = Field(default_factory=list)


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


class TopicInterpreter:
    def __init__(self, chain: Asker, prompt: PromptFile) -> None:
        self._chain = chain
        self._prompt = prompt
        self.version = prompt.version(Meant)

    async def understand(
        self, text: str, unknown: Sequence[str], glossary: Glossary, context: CallContext
    ) -> Understood:
        """Return the topics of `text`, and what the unknown ones mean. Raise `LLMError`."""
        question = self._prompt.fill(
            text=block(text, limit=LONGEST_TEXT) or "(none)",
            unknown="\n".join(line(topic, limit=LONGEST) for topic in unknown) or "(none)",
        )
        reply = await self._chain.ask(question, Meant, context)
        return Understood(
            topics_of(reply.answer, text, glossary), meanings_of(reply.answer, unknown), reply.model
        )


def topics_of(meant: Meant, text: str, glossary: Glossary) -> Topics:
    """Return the topics whose words stand in `text`.

    What the text excludes by its own words stays excluded, whatever the model made of it.
    """
    text = text[:LONGEST_TEXT]
    out = [_folded(stretch) for stretch in excluded(text)]
    against = [item for item in meant.wanted if _is_excluded(item, text, out)]
    wanted = [item for item in meant.wanted if item not in against and not excluded(item.said)]
    refused = [*meant.avoided, *against]
    forgotten = [stretch for stretch in out if not _is_among(stretch, refused)]
    named = _terms(_believed(refused, text), MOST)
    own = (term for stretch in forgotten for term in excluded_terms(stretch, glossary))
    avoided = tuple({topic.casefold(): topic for topic in (*named, *own)}.values())
    kept = (topic for topic in _terms(_believed(wanted, text), MOST) if topic not in avoided)
    return Topics(tuple(kept)[:MOST], avoided[:MOST])


def _is_excluded(item: Stated, text: str, out: Sequence[str]) -> bool:
    """Whether the words a topic comes from stand only where the text excludes."""
    said = _folded(item.said)
    own = excluded(item.said)
    if own and not any(not stretch.is_excluded for stretch in stretches(item.said)):
        return True
    if not said or not any(said in stretch for stretch in out):
        return False
    left = (_folded(stretch.text) for stretch in stretches(text) if not stretch.is_excluded)
    return not any(said in stretch for stretch in left)


def _is_among(stretch: str, items: Sequence[Stated]) -> bool:
    said = filter(None, (_folded(item.said) for item in items))
    return any(words in stretch or stretch in words for words in said)


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
                abstracts=_abstracts(item.abstracts, asked[key], names),
                near_misses=tuple(
                    term for term in _terms(item.near_misses, MOST_TERMS) if term not in names
                ),
            )
    return tuple(found.values())


def _believed(items: Sequence[Stated], text: str) -> Iterator[str]:
    folded = _folded(text)
    return (item.topic for item in items if (said := _folded(item.said)) and said in folded)


def _terms(terms: Iterable[str], most: int) -> tuple[str, ...]:
    """Return what can be a term of the field: English, short, visible; each once."""
    found: dict[str, str] = {}
    for term in terms:
        clean = one_line(term).strip(" .,;:")
        is_short = len(clean) <= LONGEST and len(clean.split()) <= MOST_WORDS
        if is_short and _ENGLISH.fullmatch(clean):
            found.setdefault(clean.casefold(), clean)
    return tuple(found.values())[:most]


def _abstracts(texts: Iterable[str], topic: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return what can be an abstract about the topic: English, of some length, naming it.

    What is about something else would rank its papers first for everybody who types the topic: all
    words of a name must stand in each, and one of the reader's own somewhere, if they are English.
    """
    known = [set(stems(name)) for name in names]
    found = {
        text: forms
        for text in map(one_line, texts)
        if any(name and name <= (forms := set(stems(text))) for name in known)
        and len(text) in ABSTRACT_CHARACTERS
        and written_in(text) == "en"
    }
    own = {form for form in stems(topic) if form.isascii()}
    if own and own.isdisjoint(chain(*known, *found.values())):
        return ()
    return tuple(found)[:MOST_ABSTRACTS]


def _folded(text: str) -> str:
    return one_line(unicodedata.normalize("NFKC", text)).casefold()
