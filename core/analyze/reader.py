"""A model's close reading of one paper: one structured call, then checks.

The answer must be in the language asked for, must fill all four sections with statements rather
than placeholders or apologies, and may only point to sections the model was shown. What fails is
asked for once more, with a sentence saying what was wrong; what still fails is `LLMBadAnswer`, so
that a stub is never stored or shown.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field, field_validator, model_validator

from core.analyze.fit import fit
from core.analyze.language import NAMES, is_language
from core.errors import ConfigError, LLMBadAnswer, LLMTooLong
from core.links import own_links_only, words_of
from core.llm import ORDINARY, Reply, Waiter
from core.llm.asker import Asker
from core.llm.fence import block, interests, title
from core.llm.prompts import PromptFile
from core.llm.tokens import estimate_tokens
from core.models import (
    Analysis,
    AnalysisKind,
    Document,
    Focus,
    Language,
    Paper,
    Point,
    Section,
    TextSource,
)
from core.quarantine import quarantined_document, quarantined_paper
from core.visible import visible

logger = logging.getLogger(__name__)

SECTIONS: Final = ("contribution", "methodology", "takeaway", "limitations")
MOST_POINTS = 6
POINT_LIMIT = 700
SHRINKING = (0.9, 0.5)
"""How much of what is allowed a text that was too long is fitted to, the first time and the second.

The first believes our estimate of tokens; the second knows that it is off, by up to a factor of two
(`core.llm.quota.planner.MOST_BIAS`). After that it is the caller's to hear.
"""
_PHRASES = ("full", "pages", "abstract", "language", "empty")


class Statement(BaseModel):
    """One statement, supported by the text."""

    text: str = Field(description="one or two sentences, concrete, complete in itself")
    where: str = Field(
        default="",
        description="id of the section that supports it, as in the square brackets, e.g. §3.2",
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_text(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data

    @field_validator("where", mode="before")
    @classmethod
    def _none_is_nowhere(cls, where: Any) -> Any:
        return "" if where is None else where


class Reading(BaseModel):
    """Notes on one paper in four sections, 2 to 4 statements each."""

    contribution: list[Statement] = Field(description="what is new, and the main result")
    methodology: list[Statement] = Field(description="how it works, in the order of the pipeline")
    takeaway: list[Statement] = Field(
        description="what this researcher can do with it, with at least one concrete thing to try"
    )
    limitations: list[Statement] = Field(
        description="what the authors admit, then what is missing from the evidence"
    )


class Reader:
    """Reads papers for a focus."""

    def __init__(self, chain: Asker, prompt: PromptFile, *, max_input_tokens: int) -> None:
        """`max_input_tokens` bounds the whole question, by our estimate. Raise `ConfigError`."""
        if lacking := [name for name in _PHRASES if name not in prompt.phrases]:
            raise ConfigError(f"{prompt.name}.md: [phrases] lacks {', '.join(lacking)}")
        self._chain = chain
        self._prompt = prompt
        self._max_input_tokens = max_input_tokens
        self.version = prompt.version(Reading)
        self.models: Sequence[str] = chain.models

    async def read(
        self,
        paper: Paper,
        document: Document,
        focus: Focus,
        language: Language,
        *,
        now: datetime,
        errand: Waiter = ORDINARY,
    ) -> Analysis:
        """Return the reading of `document`. Raise `LLMError`."""
        document = quarantined_document(document)
        values = self._values(quarantined_paper(paper), document, focus, language)
        draft = self._draft(document, values, self._max_input_tokens)
        if not draft.shown:
            raise LLMBadAnswer(f"{paper.id}: there is no text to read")
        correction = None
        for attempt in (1, 2):
            reply, draft = await self._ask(document, draft, correction, errand)
            points = _with_own_links(points_of(reply.answer, draft.shown), paper, document)
            correction = fault(points, language)
            if correction is None:
                return _analysis(paper, document, language, points, reply.model, now)
            logger.info("%s: reading %d is unusable (%s)", paper.id, attempt, correction)
        raise LLMBadAnswer(f"{paper.id}: two readings were unusable ({correction})")

    async def _ask(
        self, document: Document, draft: "_Draft", correction: str | None, errand: Waiter
    ) -> tuple[Reply[Reading], "_Draft"]:
        """Return the answer, and the draft it is about: a shorter one where that was too long."""
        shares = iter(SHRINKING)
        while True:
            question = self._prompt.fill(correction=correction, **draft.values)
            try:
                return await self._chain.ask(question, Reading, errand), draft
            except LLMTooLong as error:
                # When both have been tried there is room for nothing.
                room = int(min(error.limit, draft.max_tokens) * next(shares, 0))
                shorter = self._draft(document, draft.values, room)
                if not shorter.shown:
                    raise
                logger.info("%s: fitted to %d tokens: %s", document.paper_id, room, error)
                draft = shorter

    def _values(
        self, paper: Paper, document: Document, focus: Focus, language: Language
    ) -> dict[str, str]:
        kind = {TextSource.PDF: "pages", TextSource.ABSTRACT: "abstract"}
        return {
            "title": title(paper.title),
            "interests": interests(focus),
            "language": NAMES[language],
            "text_kind": self._prompt.phrases[kind.get(document.source, "full")],
        }

    def _draft(self, document: Document, values: Mapping[str, str], max_tokens: int) -> "_Draft":
        """Return a question with what of the document goes into it beside the rest."""
        empty = self._prompt.fill(**{**values, "document": "", "omitted": ""})
        ids = ", ".join(section.id for section in document.sections)  # `omitted` at its longest
        used = estimate_tokens(empty.system + empty.text + ids)
        fitted = fit(document, max_tokens=max_tokens - used)
        filled = {
            **values,
            "document": block(fitted.text, limit=len(fitted.text)),
            "omitted": ", ".join(fitted.omitted) or "none",
        }
        kept = set(fitted.sections)
        shown = tuple(section for section in document.sections if section.id in kept)
        return _Draft(filled, shown, max_tokens)


@dataclass(frozen=True)
class _Draft:
    """A question about as much of a document as fits."""

    values: Mapping[str, str]
    shown: tuple[Section, ...]
    max_tokens: int


Points = dict[str, tuple[Point, ...]]


def _with_own_links(points: Points, paper: Paper, document: Document) -> Points:
    own = "\n".join(
        [words_of(quarantined_paper(paper)), *(section.text for section in document.sections)]
    )
    return {
        name: tuple(
            point.model_copy(update={"text": text})
            for point in some
            if not is_stub(text := own_links_only(point.text, own))
        )
        for name, some in points.items()
    }


def _analysis(
    paper: Paper,
    document: Document,
    language: Language,
    points: Points,
    model: str,
    now: datetime,
) -> Analysis:
    return Analysis(
        paper_id=paper.id,
        version=document.version,
        kind=AnalysisKind.LLM,
        language=language,
        text_source=document.source,
        pages=document.pages,
        model=model,
        created_at=now,
        contribution=points["contribution"],
        methodology=points["methodology"],
        takeaway=points["takeaway"],
        limitations=points["limitations"],
    )


def points_of(reading: Reading, shown: Sequence[Section]) -> Points:
    """Return the usable statements of each section, their places checked against `shown`."""
    places = _places(shown)
    return {
        name: tuple(
            Point(text=text, where=_place(statement.where, places))
            for statement in getattr(reading, name)
            if not is_stub(text := clean_statement(statement.text))
        )[:MOST_POINTS]
        for name in SECTIONS
    }


def fault(points: Points, language: Language) -> str | None:
    """Return the phrase for what makes a reading unusable, or None."""
    if not all(points[name] for name in SECTIONS):
        return "empty"
    texts = (" ".join(point.text for point in points[name]) for name in SECTIONS)
    return None if all(is_language(text, language) for text in texts) else "language"


# Statements


_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
_STUBS = re.compile(
    r"(?:n/?a|none|null|nil|todo|tbd|tba|string|text|unknown|placeholder"
    r"|not (?:available|applicable)"
    r"|无|暂无|没有|略|未知|待定|待补充|不适用|同上)"
)
_APOLOGIES = re.compile(
    r"(?:i(?:'m|’m| am)? (?:am )?(?:sorry|unable|cannot|can't|can’t|could not|couldn't|do not have)"
    r"|sorry\b|as an? (?:ai|language model)|unfortunately, i\b"
    r"|(?:unable|failed) to (?:access|read|open)"
    r"|(?:很|非常)?抱歉|对不起|作为(?:一个|一名)?(?:ai|人工智能|语言模型|大模型)"
    r"|我(?:无法|不能|没有办法|没法)"
    r"|无法(?:访问|获取|读取|打开)(?:该|此|这篇|本|原|论文|全文|文章|文档|链接|pdf))"
)


def clean_statement(text: str) -> str:
    """Return a statement as one visible line without list marks, cut at a sentence if too long."""
    text = re.sub(r"^(?:[-*•]\s+|\d{1,2}[.)、]\s+)+", "", " ".join(visible(text).split()))
    if len(text) <= POINT_LIMIT:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, POINT_LIMIT)]
    if ends and ends[-1] > POINT_LIMIT // 2:
        return text[: ends[-1]]
    return text[: POINT_LIMIT - 1].rstrip() + "…"


def is_stub(text: str) -> bool:
    """Whether a statement says nothing: a placeholder, an apology, a few signs."""
    bare = text.strip(" .。…-—_*[]()（）<>《》:：!！").lower()
    letters = sum(character.isalpha() for character in bare)
    return letters < 4 or bool(_STUBS.fullmatch(bare) or _APOLOGIES.match(bare))


# Places


_BEFORE = re.compile(r"^(?:sections?|sec\.?|appendix|app\.?|§+|第|附录|章节|节)\s*", re.IGNORECASE)


def _places(sections: Sequence[Section]) -> dict[str, str]:
    """Return section ids by the ways a model may name them; what names two is left out.

    The exact id comes first, then the number alone, then the title.
    """
    exact = {section.id: section.id for section in sections}
    loose: dict[str, set[str]] = {}
    for section in sections:
        for name in (_bare(section.id), section.title.strip().lower()):
            loose.setdefault(name, set()).add(section.id)
    return {name: ids.pop() for name, ids in loose.items() if name and len(ids) == 1} | exact


def _place(where: str, places: dict[str, str]) -> str | None:
    """Return the id of the section meant by "§3.2", "Section 3.2", "3.2, Table 4"; or None."""
    where = " ".join(visible(where).split()).strip("[]()（） .;。")
    for candidate in (where, *re.split(r"[,;，；、/]| and | 和 |\s+[-–—]\s+", where)[:1]):
        named = candidate.strip("[]()（） .;:")
        number = re.match(r"\S+", _bare(named))
        for name in (named, _bare(named), named.lower(), number[0] if number else ""):
            if name in places:
                return places[name]
    return None


def _bare(name: str) -> str:
    """Return "3.2" for "§3.2", "Section 3.2" and "第3.2节"."""
    previous, name = "", name.strip().lower()
    while previous != name:
        previous, name = name, _BEFORE.sub("", name).strip()
    return name.removesuffix("节").removesuffix("章").strip(" .:：[]")
