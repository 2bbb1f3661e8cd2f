"""What a reader typed after /topics, as topics wanted and avoided. Pure, in Chinese and English.

A list replaces everything, signs change what there is, a sentence gives the terms it names. What
words exclude (`exclusions`) never becomes a wish, and a text that only excludes leaves the wishes
as they are. A hyphen is a sign only before a word that nothing touches on the left, or "zero-shot"
would avoid "shot".
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.score.exclusions import LONGEST_TEXT, parts_of, stretches
from core.text.glossary import Glossary
from core.text.visible import one_line, visible
from core.text.words import stems

MOST = 10
"""Topics wanted, and as many avoided."""
LONGEST = 60
"""Characters of one topic."""
RESET = frozenset({"reset", "default", "重置", "默认", "恢复默认"})

_SIGNS = r"+\-−–—!"  # phones make dashes of a hyphen
_SIGNED = re.compile(
    rf"(?:(?P<first>^|[,、;\n])[^\S\n]*+(?P<sign>[{_SIGNS}])\s*|\s(?P<inner>[{_SIGNS}])(?=[^\s{_SIGNS}]))"
    rf"(?P<topic>[^,、;\n]*?)(?=(?<!\s)\s++[{_SIGNS}][^\s{_SIGNS}]|[,、;\n]|$)"
)
"""A topic with a sign: at the start of a part, or after a blank and before a word."""
_EXCLUDED = "!"
"""The sign of what words exclude."""
_PROSE = re.compile(
    r"\b(?:i|i'm|my|me|we|our|care|interested|work|working|want|like|love|looking|please)\b"
    r"|我|关心|感兴趣|喜欢|研究方向|主要做|请|希望|想看|想要|最近在",
    re.IGNORECASE,
)
_KNOWN_SCRIPT = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u3400-\u9fff\uff21-\uff5a]")
"""Latin letters, Greek ones (in names of losses), Chinese characters."""
_MOST_WORDS, _MOST_EXCLUDED = 7, 4
"""Words of a topic; more are a sentence."""


@dataclass(frozen=True)
class Topics:
    wanted: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()

    @property
    def signed(self) -> tuple[str, ...]:
        """Both in one tuple, "-" before what is avoided, as the store keeps an undo."""
        return (*self.wanted, *(f"-{topic}" for topic in self.avoided))

    @classmethod
    def of_signed(cls, topics: Sequence[str]) -> "Topics":
        """Return what `signed` was made of."""
        return cls(
            tuple(topic for topic in topics if not topic.startswith("-")),
            tuple(topic[1:] for topic in topics if topic.startswith("-")),
        )


@dataclass(frozen=True)
class Mistake:
    """Why a wish cannot be granted: a key of the command's words, and the topic it is about."""

    kind: str
    topic: str = ""


def read_topics(text: str, before: Topics, glossary: Glossary) -> Topics | Mistake:
    """Return the topics that a text asks for; `Topics()` for the digest's own again.

    `before` is what the reader has, for additions and removals.
    """
    if len(text) > LONGEST_TEXT:
        return Mistake("endless")
    if is_foreign(text):
        return Mistake("foreign")
    if one_line(text).casefold() in RESET:
        return Topics()
    if is_prose(text):
        found = from_prose(text, glossary)
        return Mistake("no_terms") if found == Topics() else onto(before, found)
    return _listed(text, before)


def onto(before: Topics, found: Topics) -> Topics | Mistake:
    """Return what a sentence makes of `before`: one that only excludes changes no wish."""
    if found.wanted:
        return checked(found.wanted, found.avoided)
    return _changed([(_EXCLUDED, topic) for topic in found.avoided], before)


def is_prose(text: str) -> bool:
    """Whether a text is a sentence about what somebody wants rather than a list of topics."""
    line = one_line(text)
    if not line or line.casefold() in RESET:
        return False
    if _PROSE.search(line):
        return True
    parts = [topic for _, topic in _wishes(text[:LONGEST_TEXT])]
    return any(len(part.split()) > _MOST_WORDS or len(part) > LONGEST for part in parts)


def is_foreign(text: str) -> bool:
    """Whether a text is written in a script that neither Chinese nor English papers use."""
    letters = [character for character in visible(text) if character.isalpha()]
    strange = sum(not _KNOWN_SCRIPT.match(character) for character in letters)
    return strange * 3 > len(letters)


def from_prose(text: str, glossary: Glossary) -> Topics:
    """Return the terms a sentence names, and what it excludes, also in words of its own."""
    wanted: dict[str, None] = {}
    avoided: dict[str, None] = {}
    for stretch in stretches(text):
        if stretch.is_excluded:
            avoided |= dict.fromkeys(excluded_terms(stretch.text, glossary))
        else:
            wanted |= dict.fromkeys(glossary.terms_in(stretch.text))
    kept = [term for term in wanted if term not in avoided]
    return Topics(tuple(kept[:MOST]), tuple(avoided)[:MOST])


def excluded_terms(stretch: str, glossary: Glossary) -> list[str]:
    """Return what an excluded stretch names: short words as they are, else the terms in them."""
    found: list[str] = []
    for part in parts_of(stretch):
        terms = glossary.terms_in(part)
        is_short = len(part.split()) <= _MOST_EXCLUDED and len(part) <= LONGEST // 2
        is_one = len(terms) == 1 and stems(terms[0]) == stems(part)
        found += terms if is_one or not is_short else [part]
    return found


def checked(wanted: Sequence[str], avoided: Sequence[str]) -> Topics | Mistake:
    """Return topics, each once, if they can be searched for."""
    for topic in (*wanted, *avoided):
        if not any(unicodedata.category(character)[0] in "LN" for character in topic):
            return Mistake("wordless", topic[:LONGEST])
        if len(topic) > LONGEST:
            return Mistake("long", topic[:20])
    topics = Topics(_once(wanted), _once(avoided))
    if max(len(topics.wanted), len(topics.avoided)) > MOST:
        return Mistake("many")
    both = {topic.casefold() for topic in topics.wanted} & {
        topic.casefold() for topic in topics.avoided
    }
    if both:
        return Mistake("both", min(both))
    return topics


def _listed(text: str, before: Topics) -> Topics | Mistake:
    signed = [(sign, topic) for sign, topic in _wishes(text) if topic]
    if not signed:
        has_words = not text.strip() or any(character.isalnum() for character in text)
        return Mistake("empty") if has_words else Mistake("wordless", one_line(text)[:LONGEST])
    if any(not sign for sign, _ in signed):
        wanted = [topic for sign, topic in signed if sign in ("", "+")]
        avoided = [topic for sign, topic in signed if sign not in ("", "+")]
        return checked(wanted, avoided)
    return _changed(signed, before)


def _wishes(text: str) -> Iterator[tuple[str, str]]:
    """Yield the topics of a list with their signs: "+", "-", "" for none, or words' own."""
    line = unicodedata.normalize("NFKC", visible(text))
    at = 0
    for match in _SIGNED.finditer(line):
        yield from _unsigned(line[at : match.start()])
        sign = match["sign"] or match["inner"]
        yield "+" if sign == "+" else "-", _cleaned(match["topic"])
        at = match.end()
    yield from _unsigned(line[at:])


def _unsigned(text: str) -> Iterator[tuple[str, str]]:
    for stretch in stretches(text):
        if stretch.is_excluded:
            yield from ((_EXCLUDED, _cleaned(part)) for part in parts_of(stretch.text))
        else:
            yield from (("", _cleaned(part)) for part in stretch.text.split("、"))


def _cleaned(wish: str) -> str:
    """Return a wish as one visible line without quotes around it."""
    return one_line(wish).strip("\"'“”‘’「」《》`").strip()


def _changed(wishes: Sequence[tuple[str, str]], before: Topics) -> Topics | Mistake:
    """Return `before` with the +wishes and without the -wishes.

    What is taken away by a sign and was not wanted by name is avoided from now on, and what words
    exclude in any case.
    """
    wanted, avoided = list(before.wanted), list(before.avoided)
    for sign, topic in wishes:
        kept = _without(wanted, topic)
        if sign == "+":
            wanted = wanted if len(kept) < len(wanted) else [*wanted, topic]
            avoided = _without(avoided, topic)
        elif sign == "-" and len(kept) < len(wanted):
            wanted = kept
        else:
            wanted = kept
            avoided = [*_without(avoided, topic), topic]
    return checked(wanted, avoided)


def _without(topics: Sequence[str], topic: str) -> list[str]:
    return [other for other in topics if other.casefold() != topic.casefold()]


def _once(topics: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for topic in topics:
        seen.setdefault(topic.casefold(), topic)
    return tuple(seen.values())
