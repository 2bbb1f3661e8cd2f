"""Headings become stable section ids; every parser fills one `Outline`.

Ids are what a reader sees after a statement ("§3.2"), so they come from the paper's own numbers and
fall back to the heading's words. "A Simple Baseline" is a title, not Appendix A; a single letter
counts only after the references or another appendix.
"""

import re
from dataclasses import dataclass, field

from core.documents.clean import MAX_CHARACTERS, one_line
from core.models.values import Section

ABSTRACT = "Abstract"
FRONT = "Front"
UNTITLED = "Untitled"
"""A section whose heading was lost or never written; `_cap` numbers several of them."""
MAX_SECTIONS = 1_000


@dataclass(frozen=True)
class Parsed:
    """What a parser made of a text."""

    sections: tuple[Section, ...]
    title: str | None = None
    """The paper's title as the text states it; None where the format does not mark it."""
    front: str = ""
    """Text before the abstract: title and authors. For telling whose paper this is."""
    pages: int | None = None
    has_references: bool = False
    """Whether a list of references follows: a text that broke off before has none."""
    is_cut: bool = False
    """Whether the page breaks off before its own end."""
    flaw: str | None = None
    """Why a better text of the same paper should be preferred: "garbled", "no_sections"."""

    @property
    def characters(self) -> int:
        """Length of all section texts."""
        return sum(len(section.text) for section in self.sections)


@dataclass(frozen=True)
class Heading:
    """A heading, read."""

    id: str
    title: str
    level: int | None
    """From the number; None when there is none."""


_NUMBERED = re.compile(r"(?:§\s*)?(\d{1,2}(?:\.\d{1,2}){0,4})[.:)]?\s+(\S.*)")
_GLUED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?([A-Z][a-z].*)")
_BARE = re.compile(r"(?:§\s*)?(\d{1,2}(?:\.\d{1,2}){0,4})\.?")
_ROMAN = re.compile(r"([IVX]{1,5})[.:]?\s+(\S.*)")
_ROMAN_SUB = re.compile(r"([IVX]{1,5}-[A-Z]\d{0,2})[.:)]?\s+(\S.*)")
_APPENDIX = re.compile(r"(?:appendix|附\s*录)\s*([A-Z])(?:\s*[.:\-—–]\s*|\s+|$)(.*)", re.IGNORECASE)
_LETTER_SUB = re.compile(r"([A-Z](?:\.\d{1,2}){1,4})[.:)]?\s+(\S.*)")
_LETTER = re.compile(r"([A-Z])[.:]?\s+(\S.*)")
_ABSTRACT = re.compile(r"(?:abstract|摘\s*要)\W*", re.IGNORECASE)
_DROPPED = re.compile(
    r"(?:references?|bibliography|literature cited|works cited|acknowledge?ments?|"
    r"参\s*考\s*文\s*献|致\s*谢)\b",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table of )?contents|list of (?:figures|tables|algorithms)|[图表]?\s*目\s*录", re.IGNORECASE
)
_CHAPTER = re.compile(r"第\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*章[\s、.:：]*(.*)")
_CHINESE = re.compile(r"([一二三四五六七八九十]{1,3})、\s*(\S.*)")
_DIGITS = {digit: i for i, digit in enumerate("一二三四五六七八九", start=1)}
_REFERENCES = re.compile(
    r"(?:references?|bibliography|literature cited|works cited|参\s*考\s*文\s*献)\b", re.IGNORECASE
)
ROMANS = {roman: number for number, roman in enumerate(
    ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"),
    start=1,
)}  # fmt: skip
LONGEST_ID = 60


def read_heading(text: str, *, in_appendix: bool = False) -> Heading:
    """Read one heading line: its number gives the id, its words the title."""
    line = one_line(text)[:300]
    if _ABSTRACT.fullmatch(line):
        return Heading(ABSTRACT, ABSTRACT, 1)
    if match := _APPENDIX.match(line):
        letter = match[1].upper()
        return Heading(f"Appendix {letter}", match[2].strip() or f"Appendix {letter}", 1)
    if match := _CHAPTER.fullmatch(line) or _CHINESE.fullmatch(line):
        number = f"§{_arabic(match[1])}"
        return Heading(number, match[2] or number, 1)
    if match := _NUMBERED.fullmatch(line) or _GLUED.fullmatch(line) or _BARE.fullmatch(line):
        title = match[2] if match.re.groups > 1 else ""
        return Heading(f"§{match[1]}", title or f"§{match[1]}", match[1].count(".") + 1)
    if match := _LETTER_SUB.fullmatch(line):
        return Heading(f"§{match[1]}", match[2], match[1].count(".") + 1)
    if match := _ROMAN_SUB.fullmatch(line):
        return Heading(f"§{match[1]}", match[2], 2)
    if in_appendix and (match := _LETTER.fullmatch(line)):
        return Heading(f"Appendix {match[1]}", match[2], 1)
    if match := _ROMAN.fullmatch(line):
        return Heading(f"§{match[1]}", match[2], 1)
    return Heading(line[:LONGEST_ID].strip() or FRONT, line or FRONT, None)


def _arabic(number: str) -> int:
    """Return what a Chinese number up to 99 says: 十二 is 12."""
    if number.isdigit():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


def is_dropped(title: str) -> bool:
    """Whether a section of this title says nothing about the paper: references, thanks, lists."""
    return _DROPPED.match(title) is not None or is_contents(title)


def is_contents(title: str) -> bool:
    """Whether a section of this title lists sections, figures or tables."""
    return _CONTENTS.fullmatch(title) is not None


def is_references(title: str) -> bool:
    """Whether a section of this title is the list of references (an appendix may follow)."""
    return _REFERENCES.match(title) is not None


@dataclass
class Draft:
    """A section being filled."""

    heading: Heading
    level: int
    blocks: list[str] = field(default_factory=list)
    dropped: bool = False


class Outline:
    """Collects sections in reading order.

    Text goes to the section opened last, unless a parser that knows nesting passes the draft.
    """

    def __init__(self) -> None:
        self._drafts: list[Draft] = []
        self.in_appendix = False
        """After the references or the first appendix: single letters are numbers now."""
        self.front: list[str] = []
        self.has_references = False

    def open(self, text: str, *, level: int, heading: Heading | None = None) -> Draft:
        """Start a section; `level` is the format's own, used when the heading has no number.

        No paper has more than MAX_SECTIONS: from there on all text stays in the last one.
        """
        if len(self._drafts) >= MAX_SECTIONS:
            return self._drafts[-1]
        draft = Draft(Heading("", "", None), level)
        self.rename(draft, heading or read_heading(text, in_appendix=self.in_appendix))
        self._drafts.append(draft)
        return draft

    def rename(self, draft: Draft, heading: Heading) -> None:
        """Give a draft its heading: its number decides the level, its words whether it is kept."""
        draft.heading = heading
        draft.level = min(max(heading.level or draft.level, 1), 6)
        above = self._drafts[-1] if self._drafts else draft
        if is_dropped(heading.title):
            draft.dropped = True
        elif above.dropped and above is not draft and heading.level is None:
            # What stands deeper than a dropped heading goes with it, and so do its followers.
            draft.dropped = draft.level > above.level
            draft.level = above.level if draft.dropped else draft.level
        self.has_references = self.has_references or is_references(heading.title)
        if is_references(heading.title) or heading.id.startswith("Appendix"):
            self.in_appendix = True

    def add(self, block: str) -> None:
        """Append a block to the section opened last, or to the front matter."""
        if not block.strip():
            return
        if self._drafts:
            self._drafts[-1].blocks.append(block)
        else:
            self.front.append(block)

    @property
    def headings(self) -> int:
        """How many sections were opened."""
        return len(self._drafts)

    def sections(self) -> tuple[Section, ...]:
        """Return what was collected: ids unique, the whole capped, dropped sections gone.

        An empty section stays only as the parent of a later, deeper one. Text before the first
        heading becomes the section "Front", unless an abstract says what the paper is about.
        """
        drafts = [draft for draft in self._drafts if not draft.dropped]
        if self.front and not any(draft.heading.id == ABSTRACT for draft in drafts):
            drafts.insert(0, Draft(Heading(FRONT, FRONT, 1), 1, self.front))
        return _cap(_without_empty([_section(draft) for draft in drafts]))


def _section(draft: Draft) -> Section:
    text = "\n\n".join(block.strip() for block in draft.blocks if block.strip())
    heading = draft.heading
    return Section(
        id=heading.id or UNTITLED,
        title=heading.title or UNTITLED,
        level=draft.level,
        text=text,
    )


def _without_empty(sections: list[Section]) -> list[Section]:
    kept: list[Section] = []
    following: Section | None = None
    for section in reversed(sections):
        if section.text or (following is not None and following.level > section.level):
            kept.append(section)
            following = section
    return kept[::-1]


def _cap(sections: list[Section]) -> tuple[Section, ...]:
    """Make ids unique and stop at MAX_CHARACTERS in all."""
    seen: dict[str, int] = {}
    left = MAX_CHARACTERS
    result = []
    for section in sections:
        if left <= 0:
            break
        id_ = section.id
        while id_ in seen:
            seen[section.id] += 1
            id_ = f"{section.id} ({seen[section.id]})"
        seen[id_] = 1
        text = section.text[:left]
        left -= len(text)
        result.append(section.model_copy(update={"id": id_, "text": text}))
    return tuple(result)
