"""What a reader typed after /topics, as topics wanted and avoided. Pure, in Chinese and English.

A list replaces everything, signs change what there is, a sentence gives the terms it names. What a
newcomer would get wrong: a hyphen is a sign only before a word that nothing touches on the left,
or "zero-shot" would avoid "shot"; and "not about GANs" turns round everything up to the next
comma or "but", not the one word behind it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.score.expansion import Glossary
from core.visible import one_line, visible

MOST = 10
"""Topics wanted, and as many avoided."""
LONGEST = 60
"""Characters of one topic."""
LONGEST_TEXT = 600
RESET = frozenset({"reset", "default", "重置", "默认", "恢复默认"})

_BETWEEN = re.compile(r"[,，、;；\n]+")
_SIGN = re.compile(r"(?<!\s)\s+(?=[+\-][^\s+\-])")
"""A blank before a signed word ends the topic before it."""
_NOT = re.compile(
    r"(?:不要再?推?|不想看|不想要|不看|不关心|不感兴趣|排除|除了|屏蔽|别推?"
    r"|(?:no|not|without|except|exclude|excluding|never|avoid)(?![\w-]))[:：]?\s*",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"不要|不想|不看|不关心|不感兴趣|不涉及|排除|除了|无关|屏蔽|别推"
    r"|\b(?:not|no|without|except|exclud\w+|never|avoid\w*|don'?t|doesn'?t|isn'?t|hate|dislike)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,，。.;；!！?？\n、]+|\bbut\b|但是?|而是|只|\brather\b", re.IGNORECASE)
_PROSE = re.compile(
    r"\b(?:i|i'm|my|me|we|our|care|interested|work|working|want|like|love|looking|please)\b"
    r"|我|关心|感兴趣|喜欢|研究方向|主要做|请|希望|想看|想要|最近在",
    re.IGNORECASE,
)
_KNOWN_SCRIPT = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u3400-\u9fff\uff21-\uff5a]")
"""Latin letters, Greek ones (in names of losses), Chinese characters."""
_MOST_WORDS = 7
"""Words of a topic; more are a sentence."""


@dataclass(frozen=True)
class Topics:
    """What a reader wants, and what not."""

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


def read_topics(text: str, before: Topics) -> Topics | Mistake:
    """Return the topics that a list asks for; `Topics()` for the digest's own again.

    `before` is what the reader has, for additions and removals.
    """
    if len(text) > LONGEST_TEXT:
        return Mistake("endless")
    wishes = [wish for wish in map(_cleaned, _parts(text)) if wish]
    if not wishes:
        return Mistake("wordless", "🙈") if text.strip() else Mistake("empty")
    if len(wishes) == 1 and wishes[0].casefold() in RESET:
        return Topics()
    signed = [_signed(wish) for wish in wishes]
    if any(not sign for sign, _ in signed):
        wanted = [topic for sign, topic in signed if sign != "-"]
        avoided = [topic for sign, topic in signed if sign == "-"]
        return checked(wanted, avoided)
    return _changed(signed, before)


def is_prose(text: str) -> bool:
    """Whether a text is a sentence about what somebody wants rather than a list of topics."""
    line = one_line(text)
    if not line or line.casefold() in RESET:
        return False
    if _PROSE.search(line):
        return True
    parts = [part for part in map(_cleaned, _parts(text)) if part]
    return any(len(part.split()) > _MOST_WORDS or len(part) > LONGEST for part in parts)


def is_foreign(text: str) -> bool:
    """Whether a text is written in a script that neither Chinese nor English papers use."""
    letters = [character for character in visible(text) if character.isalpha()]
    strange = sum(not _KNOWN_SCRIPT.match(character) for character in letters)
    return strange * 3 > len(letters)


def from_prose(text: str, glossary: Glossary) -> Topics:
    """Return the terms a sentence names; what is said with a negation is avoided."""
    wanted: dict[str, None] = {}
    avoided: dict[str, None] = {}
    for clause in _CLAUSES.split(visible(text)[:LONGEST_TEXT]):
        against = _AGAINST.search(clause)
        before, after = (
            (clause[: against.start()], clause[against.end() :]) if against else (clause, "")
        )
        wanted |= dict.fromkeys(glossary.terms_in(before))
        avoided |= dict.fromkeys(glossary.terms_in(after))
    kept = [term for term in wanted if term not in avoided]
    return Topics(tuple(kept[:MOST]), tuple(avoided)[:MOST])


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


def _parts(text: str) -> list[str]:
    """Return what stands between separators, and before blanks followed by a sign."""
    line = unicodedata.normalize("NFKC", visible(text))
    return [wish for part in _BETWEEN.split(line) for wish in _SIGN.split(part)]


def _cleaned(wish: str) -> str:
    """Return a wish as one visible line without quotes around it."""
    return one_line(wish).strip("\"'“”‘’「」《》`").strip()


def _signed(wish: str) -> tuple[str, str]:
    """Return a wish's sign ("" when it has none) and its topic."""
    if wish[0] in "+-":
        return wish[0], _cleaned(wish[1:])
    if match := _NOT.match(wish):
        topic = _cleaned(wish[match.end() :])
        if topic:
            return "-", topic
    return "", wish


def _changed(wishes: Sequence[tuple[str, str]], before: Topics) -> Topics | Mistake:
    """Return `before` with the +wishes and without the -wishes.

    What is taken away and was not wanted by name is avoided from now on.
    """
    wanted, avoided = list(before.wanted), list(before.avoided)
    for sign, topic in wishes:
        kept = _without(wanted, topic)
        if sign == "+":
            wanted = wanted if len(kept) < len(wanted) else [*wanted, topic]
            avoided = _without(avoided, topic)
        elif len(kept) < len(wanted):
            wanted = kept
        else:
            avoided = [*_without(avoided, topic), topic]
    return checked(wanted, avoided)


def _without(topics: Sequence[str], topic: str) -> list[str]:
    return [other for other in topics if other.casefold() != topic.casefold()]


def _once(topics: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for topic in topics:
        seen.setdefault(topic.casefold(), topic)
    return tuple(seen.values())
