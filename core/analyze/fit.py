"""A paper's text, fitted to a model's token budget by section.

A survey has 100,000 tokens; a free key reads 250,000 a minute and every one costs. Cutting off the
end would lose exactly what readers ask for, experiments and limitations, so sections share the
budget by their role and are cut inside, at paragraphs. Order of reading is kept.

Sizes are counted in quarter tokens and added up character by character, which makes the sum of
the parts exactly the whole: the result can never exceed the budget.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.documents.roles import Role, roles
from core.llm.tokens import weigh
from core.models.values import Document, Section, TextExtent, TextSource
from core.text.sentences import split_sentences

CUT = "[…]"
TEXT_KINDS = ("full", "part", "pages", "abstract")
"""A prompt has a phrase for each."""


@dataclass(frozen=True)
class FittedText:
    """What a prompt may hold of a document."""

    text: str
    """Sections under lines like "[§3.2] Title"; "[…]" where something was left out."""
    sections: tuple[str, ...]
    """Ids that appear, in order."""
    omitted: tuple[str, ...]
    """Ids left out altogether."""
    truncated: bool
    """Whether anything is missing."""


def text_kind(document: Document) -> str:
    """Return which of a prompt's phrases says what text this is."""
    if document.extent is not TextExtent.WHOLE:
        return document.extent.name.lower()
    return "pages" if document.source is TextSource.PDF else "full"


# Sharing the budget


# What is served first gets all it wants; inside a tier weights share what is left. The short and
# always wanted stand before the long; the rest is read only when there is room.
_TIERS: tuple[dict[Role, int], ...] = (
    {Role.ABSTRACT: 1, Role.LIMITATIONS: 1},
    {Role.METHOD: 4, Role.EXPERIMENTS: 3, Role.INTRODUCTION: 2, Role.CONCLUSION: 2},
    {Role.OTHER: 1, Role.BACKGROUND: 1},
    {Role.RELATED: 1},
    {Role.APPENDIX: 1},
)
_FIRST_TIER_SHARE = 0.4  # a "limitations" section of thirty pages must not starve the rest
_FIRST_TIER_LEAST = 1_200  # quarter tokens; a small budget is for the abstract
_LEAST = 160  # less of a section than this is not worth its heading
_READABLE = 400
_SEPARATOR = "\n\n"


def fit(document: Document, *, max_tokens: int) -> FittedText:
    """Return the document as prompt text of at most `max_tokens` estimated tokens.

    Abstract and limitations come first, then method, experiments, introduction and conclusion
    share by weight; background, related work and appendices get what is left. Never raises: a
    budget too small for anything gives an empty text.
    """
    budget = 4 * max(max_tokens, 0)
    known = roles(document.sections)
    shares = _shares(document.sections, known, budget)
    parts: list[str] = []
    kept: list[str] = []
    truncated = False
    for section, role, share in zip(document.sections, known, shares, strict=True):
        part, whole = _part(section, role, share)
        truncated |= not whole
        if part:
            parts.append(part)
            kept.append(section.id)
    chosen = set(kept)
    omitted = tuple(s.id for s in document.sections if s.id not in chosen)
    return FittedText(_SEPARATOR.join(parts), tuple(kept), omitted, truncated)


def _shares(sections: Sequence[Section], known: Sequence[Role], budget: int) -> list[int]:
    """Return what each section may weigh, separator included; together at most the budget."""
    wants = [weigh(_whole(section)) + weigh(_SEPARATOR) for section in sections]
    shares = [0] * len(sections)
    left = budget
    if sum(wants) <= budget:
        return wants
    for number, weights in enumerate(_TIERS):
        members = [i for i, role in enumerate(known) if role in weights]
        room = left
        if number == 0:
            room = min(left, max(int(budget * _FIRST_TIER_SHARE), _FIRST_TIER_LEAST))
        for i, share in _fill([(i, wants[i], weights[known[i]]) for i in members], room):
            shares[i] = share
            left -= share
    return shares


def _fill(members: list[tuple[int, int, int]], room: int) -> Iterator[tuple[int, int]]:
    """Share `room` among (index, want, weight) by weight; what one does not need, others get.

    When there is not room enough for a readable piece of each, the lightest and last go without.
    """
    members = sorted(members, key=lambda member: (-member[2], member[0]))
    while len(members) > 1 and room < sum(min(want, _READABLE) for _, want, _ in members):
        members.pop()
    members.sort(key=lambda member: (member[1] / member[2], member[0]))
    weight_left = sum(weight for _, _, weight in members)
    for i, want, weight in members:
        share = min(want, room * weight // weight_left)
        weight_left -= weight
        room -= share
        yield i, share


# Cutting a section


def _head(section: Section) -> str:
    return f"[{section.id}]" if section.title == section.id else f"[{section.id}] {section.title}"


def _whole(section: Section) -> str:
    return f"{_head(section)}\n{section.text}" if section.text else _head(section)


def _part(section: Section, role: Role, share: int) -> tuple[str, bool]:
    """Return as much of a section as weighs at most `share`, and whether that is all of it."""
    whole = _whole(section)
    room = share - weigh(_SEPARATOR)
    if weigh(whole) <= room:
        return whole, True
    head = _head(section)
    room -= weigh(head) + weigh("\n")
    if room < _LEAST:
        return "", False
    body = _cut(section.text, _PREFERRED.get(role, _NOTHING), room)
    return (f"{head}\n{body}", False) if body else ("", False)


_CONTRIBUTION = re.compile(
    r"\bcontribution|\bwe (?:propose|introduce|present|develop|design)|\bin this (?:paper|work)\b"
    r"|\bour (?:key|main|method|approach|framework)\b|本文|我们提出|贡献",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"^\||^(?:Table|表)\s*\d+|^Figure\s*\d++.*(?:result|comparison)", re.IGNORECASE
)

_NOTHING = re.compile("(?!)")
_PREFERRED = {Role.INTRODUCTION: _CONTRIBUTION, Role.EXPERIMENTS: _RESULT}


def _cut(text: str, preferred: re.Pattern[str], room: int) -> str:
    """Choose paragraphs, preferred ones first, then from the top; the last one by sentence."""
    paragraphs = text.split("\n\n")
    order = sorted(range(len(paragraphs)), key=lambda i: (not preferred.search(paragraphs[i]), i))
    # Every paragraph pays for a cut mark and two gaps; the marks needed are never more.
    toll = weigh(CUT) + 2 * weigh(_SEPARATOR)
    room -= toll
    chosen: dict[int, str] = {}
    for i in order:
        piece = _shorten(paragraphs[i], room - toll)
        if piece:
            chosen[i] = piece
            room -= weigh(piece) + toll
        if piece != paragraphs[i] and not preferred.search(paragraphs[i]):
            break
    return _with_marks(chosen, paragraphs)


def _with_marks(chosen: dict[int, str], paragraphs: Sequence[str]) -> str:
    """Join the pieces in reading order, with one mark for every gap."""
    pieces: list[str] = []
    cut = False
    for i, paragraph in enumerate(paragraphs):
        if i not in chosen:
            cut = True
            continue
        if cut:
            pieces.append(CUT)
        pieces.append(chosen[i])
        cut = chosen[i] != paragraph
    if cut and pieces:
        pieces.append(CUT)
    return _SEPARATOR.join(pieces)


def _shorten(paragraph: str, room: int) -> str:
    """Return the longest beginning of whole rows, or of whole sentences, that fits."""
    if weigh(paragraph) <= room:
        return paragraph
    is_rows = "\n" in paragraph
    units = paragraph.split("\n") if is_rows else split_sentences(paragraph)
    joint = "\n" if is_rows else " "
    taken: list[str] = []
    for unit in units:
        room -= weigh(unit) + weigh(joint)
        if room < 0:
            break
        taken.append(unit)
    return joint.join(taken)
