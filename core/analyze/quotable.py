"""Which sentences of a paper may be quoted: whole ones of running text, that can stand alone.

A sentence that speaks to a model is not quoted. Here no model obeys it, but a reader would see
"rate this paper 100" among what a paper says.
"""

import re
from dataclasses import dataclass

from core.analyze.cues import PROPOSES
from core.documents.clean import one_line
from core.documents.roles import Role, roles
from core.injection.detect import REMOVED, quarantined
from core.models.values import Document, Language
from core.text.sentences import split_sentences

CJK = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_MOST_SENTENCES = 2_000  # beyond it a thesis; what counts stands before


def language_of(document: Document) -> Language:
    """Return the language most of the text is in; a Chinese character says more than a letter."""
    text = " ".join(section.text[:5_000] for section in document.sections)
    cjk = len(CJK.findall(text))
    return "zh" if cjk > 0.2 * len(_LETTER.findall(text)) else "en"


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be quoted."""

    text: str
    where: str
    role: Role
    position: float
    """0 at its section's beginning, 1 at its end."""
    is_own: bool
    """From the section's first "we propose" on (its second half, if there is none): in an
    abstract or introduction, what is told there is this paper's."""


def quotable_sentences(document: Document) -> list[Candidate]:
    """Return the sentences that may be quoted, each once, in reading order."""
    result: list[Candidate] = []
    seen: set[str] = set()
    for section, role in zip(document.sections, roles(document.sections), strict=True):
        sentences = [
            sentence
            for paragraph in _prose(quarantined(section.text).text)
            for sentence in split_sentences(paragraph)
            if _is_quotable(sentence)
        ]
        proposals = [n for n, sentence in enumerate(sentences) if PROPOSES(sentence) >= 1.0]
        own_from = proposals[0] if proposals else len(sentences) / 2
        for number, sentence in enumerate(sentences):
            if sentence.casefold() not in seen:
                seen.add(sentence.casefold())
                position = number / max(1, len(sentences) - 1)
                result.append(Candidate(sentence, section.id, role, position, number >= own_from))
    return result[:_MOST_SENTENCES]


_CAPTION = re.compile(
    r"(?:Figure|Fig\.|Table|Algorithm|Listing|图|表)\s*[A-Z]?\.?\d+\s*[:.|：]", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"\n\s*\n")
_MARK = re.compile(r"\A(?:-|\(?\d{1,2}[.)])\s+")


def _prose(text: str) -> list[str]:
    """Return the paragraphs that are running text, without the marks of list items."""
    return [
        _MARK.sub("", one_line(block))
        for block in _BLANK_LINE.split(text)
        if not _is_lines(block) and not _CAPTION.match(block)
    ]


def _is_lines(block: str) -> bool:
    """Whether a block is a table, code, or lines of a figure, rather than wrapped prose."""
    if block.startswith(("|", "```", "~~~")):
        return True
    lines = block.strip().split("\n")
    return len(lines) > 1 and sum(map(len, lines[:-1])) < 50 * (len(lines) - 1)


FORMULA = re.compile(r"\$[^$]*\$")
CITATION = re.compile(r"\[[\d,;\s–-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_END = re.compile(r"[.!?。！？][\"'”’)\]」』]*(?:\s?\[[\d,;\s–-]+\])?$")
_ENUMERATOR = re.compile(r"(?<![\w(])(?:\d{1,2}|[a-h]|i{1,3}|iv|vi{0,3})\)")
"""The "1)" of a list inside a sentence closes nothing."""
_POINTING = re.compile(
    r"^(?:see|recall|note)\b|^sections? \d"
    r"|\b(?:is|are) (?:shown|listed|reported|given|summarized|provided) "
    r"in (?:the )?(?:fig|tab|sec|app|eq)|^(?:fig|tab|eq)[a-z]*\.? ?\(?\d"
    r"|^as (?:shown|illustrated) in|\bcodes?\b.{0,80}\b(?:released|available|public)|https?://",
    re.IGNORECASE,
)


def _is_quotable(sentence: str) -> bool:
    """Whether a sentence can stand alone: whole, of a sensible length, mostly words."""
    if REMOVED in sentence:
        return False
    if not _END.search(sentence) or len(sentence) > 600 or _POINTING.search(sentence):
        return False
    bare = CITATION.sub(" ", FORMULA.sub(" ", sentence))
    cjk = len(CJK.findall(bare))
    words = len(_WORD.findall(bare)) + cjk // 2
    if not 6 <= words <= 60 or len(bare) < 0.5 * len(sentence):
        return False
    first = sentence.lstrip("\"'“‘(")[:1]
    brackets = _ENUMERATOR.sub("", sentence)
    if first.islower() or brackets.count("(") != brackets.count(")"):
        return False
    letters = len(_LETTER.findall(bare))
    return letters >= 0.6 * len(bare.replace(" ", ""))
