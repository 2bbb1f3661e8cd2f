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


# Papers speak of models, prompts and scores all the time, and print the prompts they used. A
# sentence counts only where it gives an order (it starts its clause: "models ignore earlier
# instructions" is a finding) and, unless the order itself is one to a reviewer, names what we ask.
_ORDER = (
    r"(?:^|[\"'“”‘’\[(:;,!?—–*#-] ?"
    r"|\b(?:please|kindly|now|you(?: must| should| shall)?|reviewers?(?: must| should| shall)?"
    r"|(?:requested|required|instructed|need|have) to) )"
)
_AI = (
    r"(?:ais?|llms?|(?:large )?language models?|chatbots?|chatgpt|gpt|gemini|claude|assistants?"
    r"|(?:ai|llm|automated) (?:reviewers?|readers?|agents?|graders?|judges?|models?|systems?))\b"
)
_PAPER = (
    r"(?:this|our|the present) (?:paper|work|submission|manuscript|article|study|contribution)\b"
)
_OURS = (
    r"(?:" + _PAPER + r"|\b(?:the (?:paper|submission|manuscript|method|authors?|score)|reviewers?"
    r"|(?:positive|glowing) review|acceptance|full marks)\b)"
)
_SAY = (
    r"(?:you|please|only|never|do not|don't|recommend|give|say|rate|score|accept|praise|write"
    r"|report|mention|highlight|emphasi[sz]e|assign|award|state|output|reply|respond)\b"
)
_MARK = r"(?:score|rating|mark|grade)s?"
_TOP = (
    r"(?:(?:maximum|highest|top|perfect|full) (?:\w+ )?" + _MARK + r"\b"
    r"|\b" + _MARK + r"\W{1,3}(?:(?:of|to|at|is) )?100\b(?!\.?\d| ?%)|\b100 out of 100\b)"
)
_SCALE = r"(?!.{0,80}\b(?:if|when|from|between|scale|range)\b)"
_MARKER = (
    r"^(?:<\|(?:im_start|im_end|system|user|assistant|start_header_id|eot_id)\|>|\[/?inst\]"
    r"|<</?sys>>|#{1,4} ?(?:instruction|system)s?\b|(?:system|assistant|developer) ?:)"
)
_RULES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            SuspicionKind.OVERRIDE,
            _ORDER
            + r"(?:ignore|disregard|forget|override|bypass|do not follow|don't follow)\b.{0,25}"
            r"(?:\b(?:previous|prior|above|earlier|system|your)\b.{0,30}"
            r"\b(?:instruction|prompt|guideline|rule|direction|rubric|order|command)s?\b"
            r"|\b(?:all|any|other|these)\b.{0,30}\b(?:instruction|guideline|rubric)s?\b"
            r"|\b(?:instruction|prompt|guideline|rule|rubric)s? (?:above|before|so far)\b)",
        ),
        (
            SuspicionKind.OVERRIDE,
            r"\b(?:new|updated|hidden) (?:system )?instructions?:.{0,200}" + _OURS,
        ),
        (SuspicionKind.OVERRIDE, r"\byou are now an? .{0,200}" + _OURS),
        (
            SuspicionKind.OVERRIDE,
            r"(?:^|[^\w]|请|务必|必须)(?:忽略|无视|忘记|忘掉|不要遵守)(?!了)"
            r".{0,6}(?:之前|先前|此前|以上|上述|前面|所有|一切|原有|系统).{0,6}"
            r"(?:指令|指示|提示词|规则|要求)",
        ),
        (SuspicionKind.SCORE, _ORDER + r"(?:rate|score|grade) " + _PAPER),
        (
            SuspicionKind.SCORE,
            r"^(?:please )?(?:give|assign|award|output|answer|set)\b.{0,40}" + _TOP + _SCALE,
        ),
        (
            SuspicionKind.SCORE,
            _ORDER + r"(?:give|assign|award)\b.{0,40}" + _TOP + r".{0,20}\b" + _PAPER,
        ),
        (SuspicionKind.SCORE, r"\b(?:give|assign|award) " + _PAPER + r".{0,12}\b" + _TOP),
        (SuspicionKind.SCORE, _PAPER + r" (?:deserves|must|should)\b.{0,20}" + _TOP),
        (
            SuspicionKind.SCORE,
            r"(?:请|务必|必须).{0,12}[打给評评].{0,12}(?:满分|最高分|100 ?分)"
            r"|[打给評评](?:这篇|本|该).{0,12}(?:满分|最高分|100 ?分)",
        ),
        (
            SuspicionKind.VERDICT,
            r"(?:^|[\"'“‘\[(:;—!?] ?)"
            r"(?:as an?|if you are an?|dear|attention|note to|message to|to all) (?:the |all )?"
            + _AI
            + r".{0,12}[,:;!—] ?"
            + _SAY
            + r"(?=.{0,200}"
            + _OURS
            + r")",
        ),
        (
            SuspicionKind.VERDICT,
            _ORDER + r"(?:give|write) (?:only )?an? (?:positive|glowing) review\b",
        ),
        (
            SuspicionKind.VERDICT,
            _ORDER
            + r"(?:do not|don't|never) (?:mention|list|report|name|highlight|discuss)\b.{0,20}"
            r"\b(?:weakness|limitation|flaw|negative|shortcoming)",
        ),
        (
            SuspicionKind.VERDICT,
            r"(?:不要|请勿|切勿|(?<!\w)别)(?:提及|提到|指出|列出|写).{0,10}(?:缺点|不足|局限|缺陷)",
        ),
        (
            SuspicionKind.VERDICT,
            r"(?:如果你是|作为).{0,6}(?:ai|大模型|语言模型).{0,6}(?:你|请)"
            r".{0,40}(?:评|审|论文|本文|满分|接收|录用)",
        ),
        (SuspicionKind.ROLE, _MARKER + r"(?:\W*\w{0,12}\W*$|.{0,200}" + _OURS + r")"),
        (
            SuspicionKind.LINK,
            _ORDER + r"(?:tell|ask|direct|urge) (?:the |all |your )?(?:reader|user|researcher)s?\b"
            r".{0,20}\b(?:visit|click|open|go to)\b.{0,30}"
            r"(?:https?:|www\.|\b(?:link|url|web ?site)s?\b)"
            r"|" + _ORDER + r"(?:include|insert|add) (?:this|the following) (?:link|url)\b",
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
