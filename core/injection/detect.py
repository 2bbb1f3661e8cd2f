"""Sentences in plain sight that speak to the model that reads a paper, instead of to its readers.

What this earns is small, on purpose: such a sentence is never quoted to a reader as the paper's
own words, administrators hear which paper has one, and a careless attack does not reach a prompt.
It is no defence. Wordings and disguises are endless, so obeying is made useless elsewhere: a paper
is scored by itself, its score is held against others, and format, links and evidence are code's.
Letters nobody sees are `core.text.visible`'s, elements nobody sees `core.documents.hidden`'s.

Papers about prompt injection quote such sentences. A quoted order to ignore instructions, in a text
whose subject that is, is a mention: reported and left in place.

Linear: a text is looked at in pieces of bounded length, each by patterns with bounded gaps.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from core.text.visible import visible

REMOVED = "[…]"
_LONGEST = 400
"""Characters looked at as one: an order is shorter, and a text without full stops is cut here."""


class SuspicionKind(StrEnum):
    OVERRIDE = "override"
    SCORE = "score"
    VERDICT = "verdict"
    """Praise, acceptance, or silence about what is weak."""
    ROLE = "role"
    """It pretends to be a turn of the conversation."""
    LINK = "link"
    """Readers are to be sent somewhere: a link of the paper's own passes every other check."""


@dataclass(frozen=True)
class Passage:
    """A sentence that speaks to a model."""

    kind: SuspicionKind
    text: str
    """As it stands in the paper."""
    start: int
    end: int
    is_mention: bool = False
    """It is quoted in a text about such sentences."""


@dataclass(frozen=True)
class Quarantine:
    """A text without what speaks to a model."""

    text: str
    passages: tuple[Passage, ...]
    """Mentions too, which are still in the text."""


# An order starts its clause: "models ignore earlier instructions" is a finding, not an order.
_ORDER = (
    r"(?:^|[\"'“”‘’\[(:;,!?—–*#-] ?|\b(?:please|kindly|must|should|shall|now|and|then|to|you"
    r"|reviewers?|models?|ai|assistants?) )"
)
_AI = (
    r"(?:ais?|llms?|(?:large )?language models?|chatbots?|chatgpt|gpt|gemini|claude|assistants?"
    r"|(?:ai|llm|automated) (?:reviewers?|readers?|agents?|graders?|judges?|models?|systems?))\b"
)
_PAPER = r"(?:this|our|the present) (?:paper|work|submission|manuscript|article|study)\b"
_TOP = (
    r"(?<![\d.])(?:100(?! ?%)\b(?!\.?\d)|(?:maximum|highest|top|perfect|full) (?:\w+ )?"
    r"(?:score|rating|mark|grade)s?\b)"
)
_RULES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            SuspicionKind.OVERRIDE,
            _ORDER
            + r"(?:ignore|disregard|forget|override|bypass|do not follow|don't follow)\b.{0,25}"
            r"\b(?:all|any|previous|prior|above|earlier|system|your|other|these)\b.{0,30}"
            r"\b(?:instruction|prompt|guideline|rule|direction|rubric|order|command)s?\b",
        ),
        (
            SuspicionKind.OVERRIDE,
            r"\b(?:new|updated|hidden) (?:system )?instructions?:|\byou are now an? ",
        ),
        (
            SuspicionKind.OVERRIDE,
            r"(?:忽略|无视|忘记|忘掉|不要遵守).{0,12}(?:指令|指示|提示词|规则|要求)",
        ),
        (SuspicionKind.SCORE, _ORDER + r"(?:rate|score|grade) " + _PAPER),
        (SuspicionKind.SCORE, _ORDER + r"(?:give|assign|award|output|answer|set)\b.{0,40}" + _TOP),
        (SuspicionKind.SCORE, _PAPER + r" (?:deserves|must|should)\b.{0,20}" + _TOP),
        (SuspicionKind.SCORE, r"[打给評评].{0,12}(?:满分|最高分|100 ?分)"),
        (
            SuspicionKind.VERDICT,
            r"\b(?:(?<!such )as an?|if you are an?|dear|attention|note to|message to|to all)"
            r" (?:the |all )?" + _AI + r"(?=.{0,6}(?:[,:;!—]|\byou\b))",
        ),
        (SuspicionKind.VERDICT, r"\b(?:give|write) (?:only )?an? (?:positive|glowing) review\b"),
        (
            SuspicionKind.VERDICT,
            _ORDER + r"(?:do not|don't|never) (?:mention|list|report|name)\b.{0,20}"
            r"\b(?:weakness|limitation|flaw|negative|shortcoming)",
        ),
        (
            SuspicionKind.VERDICT,
            r"(?:不要|请勿|切勿|别)(?:提及|提到|指出|列出|写).{0,10}(?:缺点|不足|局限|缺陷)",
        ),
        (SuspicionKind.VERDICT, r"(?:如果你是|作为).{0,6}(?:ai|大模型|语言模型).{0,6}(?:你|请|，)"),
        (
            SuspicionKind.ROLE,
            r"<\|\w{2,20}\|>|\[/?inst\]|<</?sys>>|^(?:system|assistant|developer) ?:"
            r"|# ?(?:instruction|system)s?\b",
        ),
        (
            SuspicionKind.LINK,
            _ORDER + r"(?:tell|ask|direct|urge) (?:the |all |your )?(?:reader|user|researcher)s?\b"
            r".{0,20}\b(?:visit|click|open|go to)\b|"
            + _ORDER
            + r"(?:include|insert|add) (?:this|the following) (?:link|url)\b",
        ),
    )
)
_END = re.compile(r"[.!?][\"'”’)\]]{0,3}(?=\s)|[。！？][”’」）]{0,3}|\n[ \t]{0,80}(?=\n)")
_MARKUP = re.compile(r"\\[a-z]{1,20}\*?|[{}*`~^$]")
_LOOKALIKES = str.maketrans(
    "авеклмнорстухіјѕԁԛԝһցɡαβεικνορτυχωγ",
    "abeklmhopctyxijsdqwhggabeikvoptuxwy",
)
"""Letters a person takes for Latin ones. Latin and Chinese are all that is looked for."""
_SUBJECT = re.compile(
    r"prompt[- ]injection|inject(?:ed|ing)? (?:prompt|instruction)|jailbreak|adversarial prompt"
    r"|red[- ]team|attackers?\b|提示词?注入|越狱",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“‘「`]|(?<!\w)'")


def addressed(text: str) -> tuple[Passage, ...]:
    """Return the sentences of `text` that speak to a model, mentions included, in order."""
    found = [
        Passage(kind, text[start:end], start, end)
        for start, end in _pieces(text)
        if (kind := _wish(text[start:end])) is not None
    ]
    if found and _SUBJECT.search(text):
        found = [replace(passage, is_mention=_is_mention(passage)) for passage in found]
    return tuple(found)


def quarantined(text: str) -> Quarantine:
    """Return `text` with "[…]" in the place of each sentence that speaks to a model."""
    passages = addressed(text)
    kept, position = [], 0
    for passage in passages:
        if not passage.is_mention:
            kept += [text[position : passage.start], REMOVED]
            position = passage.end
    return Quarantine("".join([*kept, text[position:]]), passages)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences begin and end; a longer one than any order is cut, at a space."""
    start = 0
    for stop in (*(gap.end() for gap in _END.finditer(text)), len(text)):
        while stop - start > _LONGEST:
            end = text.rfind(" ", start + 1, start + _LONGEST)
            yield _stripped(text, start, end := end if end > 0 else start + _LONGEST)
            start = end
        yield _stripped(text, start, stop)
        start = stop


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the edges of a piece without the white space at them."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _is_mention(passage: Passage) -> bool:
    return passage.kind is SuspicionKind.OVERRIDE and _QUOTED.search(passage.text) is not None


@lru_cache(maxsize=16_384)
def _wish(sentence: str) -> SuspicionKind | None:
    """Return what `sentence` wants of a model.

    Remembered, because a paper is looked through more than once: for the administrators, before
    it is read, and for each question about it. The limit is some thirty full texts.
    """
    said = unicodedata.normalize("NFKC", visible(html.unescape(sentence))).casefold()
    said = " ".join(_MARKUP.sub("", said.translate(_LOOKALIKES)).split())
    return next((kind for kind, rule in _RULES if rule.search(said)), None)
