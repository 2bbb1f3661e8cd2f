"""A model's scores for the shortlist: one call, each item of the answer checked by itself.

Answers are matched by paper id and by nothing else. What a newcomer would get wrong: models skip
papers, repeat them, invent ids and answer in the wrong language, usually for one paper of thirty;
so the answer's schema asks strictly but is read leniently, item by item. A score without a usable
reason does not exist.
"""

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema, model_validator

from core.analyze.language import NAMES, is_language
from core.errors import LLMError
from core.llm.asker import Asker
from core.llm.fence import block, interests, line, title
from core.llm.prompts import PromptFile
from core.models import Focus, Language, Paper
from core.visible import visible

logger = logging.getLogger(__name__)

ABSTRACT_LIMIT = 1_800
REASON_LIMIT = 200

UNKNOWN_ID = "unknown_id"
DUPLICATE = "duplicate"
OUT_OF_RANGE = "out_of_range"
NO_REASON = "no_reason"
WRONG_LANGUAGE = "wrong_language"
MALFORMED = "malformed"
"""Not an item at all, or its score is no whole number."""


class ScoreItem(BaseModel):
    """How much one paper is worth this researcher's morning."""

    id: str = Field(description="the paper's id, copied exactly from its tag")
    score: int = Field(ge=0, le=100, description="whole number on the 0-100 scale of the rubric")
    reason: str = Field(
        description="one sentence: what in the paper meets or misses which interest"
    )


class Scores(BaseModel):
    """One item per paper, for all papers."""

    scores: Annotated[
        list[Any], WithJsonSchema({"type": "array", "items": ScoreItem.model_json_schema()})
    ]

    @model_validator(mode="before")
    @classmethod
    def _accept_a_bare_list(cls, data: Any) -> Any:
        return {"scores": data} if isinstance(data, list) else data


@dataclass(frozen=True)
class Judged:
    """One paper's score, with the sentence that says why."""

    paper_id: str
    score: int
    reason: str
    model: str


@dataclass(frozen=True)
class Judgement:
    """What a model said about a shortlist."""

    scores: tuple[Judged, ...] = ()
    """In the order of the shortlist."""
    missing: tuple[str, ...] = ()
    """Ids without a usable score."""
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Unusable items by what was wrong with them, over all calls."""


class Judge:
    """Scores shortlists against a focus."""

    def __init__(self, chain: Asker, prompt: PromptFile) -> None:
        self._chain = chain
        self._prompt = prompt
        self.version = prompt.version(Scores)
        self.models: Sequence[str] = chain.models

    async def judge(self, papers: Sequence[Paper], focus: Focus, language: Language) -> Judgement:
        """Return the scores of `papers`, asking once more for those that are missing.

        Raise `LLMError` when the first call fails; a failing second leaves papers missing.
        """
        wanted = {paper.id: paper for paper in papers}
        if not wanted:
            return Judgement()
        found, dropped = await self._ask(list(wanted.values()), focus, language)
        left = [paper for paper in wanted.values() if paper.id not in found]
        if left:
            logger.info("%d of %d papers are asked about again", len(left), len(wanted))
            try:
                more, dropped_again = await self._ask(left, focus, language)
            except LLMError as error:
                logger.warning("%d papers stay without a model's score: %s", len(left), error)
            else:
                found |= more
                dropped += dropped_again
        return Judgement(
            scores=tuple(found[paper_id] for paper_id in wanted if paper_id in found),
            missing=tuple(paper_id for paper_id in wanted if paper_id not in found),
            dropped=MappingProxyType(dict(dropped)),
        )

    async def _ask(
        self, papers: Sequence[Paper], focus: Focus, language: Language
    ) -> tuple[dict[str, Judged], Counter[str]]:
        question = self._prompt.fill(
            count=str(len(papers)),
            interests=interests(focus),
            language=NAMES[language],
            papers="\n".join(paper_text(paper) for paper in papers),
        )
        reply = await self._chain.ask(question, Scores)
        ids = [paper.id for paper in papers]
        return read_items(reply.answer.scores, ids, language=language, model=reply.model)


def paper_text(paper: Paper) -> str:
    """Return a paper as fenced data under its own id."""
    abstract = block(" ".join(paper.abstract.split()), limit=ABSTRACT_LIMIT)
    return (
        f'<paper id="{line(paper.id, limit=80)}">\n'
        f"Title: {title(paper.title)}\n"
        f"Abstract: {abstract or '(none)'}\n"
        "</paper>"
    )


def read_items(
    items: Sequence[Any], ids: Sequence[str], *, language: Language, model: str
) -> tuple[dict[str, Judged], Counter[str]]:
    """Return the usable items by id (the first of each), and the others counted by reason."""
    found: dict[str, Judged] = {}
    dropped: Counter[str] = Counter()
    for item in items:
        result = _read_item(item, set(ids), language, model)
        if isinstance(result, str):
            dropped[result] += 1
        elif result.paper_id in found:
            dropped[DUPLICATE] += 1
        else:
            found[result.paper_id] = result
    return found, dropped


def _read_item(item: Any, ids: set[str], language: Language, model: str) -> Judged | str:
    """Return a score, or the word for what is wrong with the item."""
    if not isinstance(item, Mapping):
        return MALFORMED
    paper_id = _match_id(item.get("id"), ids)
    if paper_id is None:
        return UNKNOWN_ID
    score = _whole(item.get("score"))
    if score is None:
        return MALFORMED
    if not 0 <= score <= 100:
        return OUT_OF_RANGE
    reason = clean_reason(item.get("reason"))
    if not reason:
        return NO_REASON
    if not is_language(reason, language):
        return WRONG_LANGUAGE
    return Judged(paper_id, score, reason, model)


def _match_id(given: Any, ids: set[str]) -> str | None:
    """Return the id meant, allowing for brackets, an "arXiv:" in front and a version behind."""
    if isinstance(given, float):  # JSON's 2603.10000 lost its zeros: not to be guessed
        return None
    text = str(given).strip().strip("[]()<>\"'` ")
    bare = re.sub(r"^arxiv:\s*", "", text, flags=re.IGNORECASE)
    for candidate in (text, bare, re.sub(r"v\d+$", "", bare)):
        if candidate in ids:
            return candidate
    return None


def _whole(given: Any) -> int | None:
    """Return a whole number from 85, 85.0, "85" or "85.0"; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    match = re.fullmatch(r"\s*([+-]?\d{1,9})(?:\.0*)?\s*", str(given), re.ASCII)
    return int(match[1]) if match else None


def clean_reason(given: Any) -> str:
    """Return a reason as one visible line of at most `REASON_LIMIT` characters, or ""."""
    if not isinstance(given, str):
        return ""
    text = " ".join(visible(given).split()).strip('*_`"“”# ')
    if not any(character.isalpha() for character in text):
        return ""
    return text if len(text) <= REASON_LIMIT else text[: REASON_LIMIT - 1].rstrip() + "…"
