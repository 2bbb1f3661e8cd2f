"""A model's close reading of one paper: a structured call, and checks.

The answer must be in the language asked for, must fill the sections with statements rather than
placeholders or apologies, and every claim must come with words of the paper it rests on (`verify`).
A reading that is unusable is asked for once more; what the paper does not have is left out or
marked. One of which too little was found is `LLMUnverified`, so that neither a stub nor an
invention is stored or shown.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from core.analyze.fit import TEXT_KINDS, fit, text_kind
from core.analyze.schema import Reading
from core.analyze.verify import LEAST_SHARE, SECTIONS, Verified, verified
from core.analyze.wording import clean_statement, is_stub
from core.injection.quarantine import quarantined_document, quarantined_paper
from core.llm import ORDINARY, Asker, Reply, Waiter
from core.llm.fence import block, interests, title
from core.llm.prompts import PromptFile
from core.llm.tokens import estimate_tokens
from core.locale.phrases import IN_PROMPTS
from core.models.errors import LLMBadAnswer, LLMTooLong, LLMUnverified
from core.models.values import (
    Analysis,
    AnalysisKind,
    Document,
    Focus,
    Language,
    Paper,
    Section,
)
from core.sandbox.offload import Offload, in_a_thread
from core.text.language import is_language, written_in

logger = logging.getLogger(__name__)

SHRINKING: Final = (0.9, 0.5)
"""How much of what is allowed a text that was too long is fitted to, the first time and the second.

The first believes our estimate of tokens; the second knows that it is off, by up to a factor of two
(`core.llm.quota.planner.MOST_BIAS`). After that it is the caller's to hear.
"""
_PHRASES = (*TEXT_KINDS, "language", "empty")


class ModelReader:
    """Reads papers for a focus."""

    def __init__(
        self,
        chain: Asker,
        prompt: PromptFile,
        *,
        max_input_tokens: int,
        offload: Offload = in_a_thread,
    ) -> None:
        """`max_input_tokens` bounds a whole question, by our estimate. Raise `ConfigError`."""
        prompt.demand(_PHRASES)
        self._chain = chain
        self._prompt = prompt
        self._max_input_tokens = max_input_tokens
        self.offload = offload
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
        context: Waiter = ORDINARY,
    ) -> Analysis:
        """Return the reading of `document`. Raise `LLMError` or `WorkStopped`."""
        document = await self.offload(partial(quarantined_document, document))
        paper = quarantined_paper(paper)
        draft = self._draft(
            document, self._values(paper, document, focus, language), self._max_input_tokens
        )
        if not draft.shown:
            raise LLMBadAnswer(f"{paper.id}: there is no text to read")
        correction = None
        for attempt in (1, 2):
            reply, draft = await self._ask(document, draft, correction, context)
            correction = fault(reply.answer, language)
            if correction is None:
                made = await self._verified(paper, document, draft, reply.answer)
                return _analysis(paper, document, language, made, reply.model, now)
            logger.info("%s: reading %d is unusable (%s)", paper.id, attempt, correction)
        raise LLMBadAnswer(f"{paper.id}: two readings were unusable ({correction})")

    async def _verified(
        self, paper: Paper, document: Document, draft: "_Draft", reading: Reading
    ) -> Verified:
        """Check a reading. Raise `LLMUnverified`."""
        made = await self.offload(partial(verified, paper, document, draft.shown, reading))
        checked = made.checked
        is_thin = not (made.points("contribution") and made.points("methodology"))
        if checked.share < LEAST_SHARE or is_thin:
            said = f"{checked.verified} of {checked.claims} claims are in the paper"
            raise LLMUnverified(f"{paper.id}: {said}", checked)
        return made

    async def _ask(
        self, document: Document, draft: "_Draft", correction: str | None, context: Waiter
    ) -> tuple[Reply[Reading], "_Draft"]:
        """Return the answer, and the draft it is about: a shorter one where that was too long."""
        shares = iter(SHRINKING)
        while True:
            question = self._prompt.fill(correction=correction, **draft.values)
            try:
                return await self._chain.ask(question, Reading, context), draft
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
        return {
            "title": title(paper.title),
            "interests": interests(focus),
            "language": IN_PROMPTS(language),
            "text_kind": self._prompt.phrases[text_kind(document)],
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


def _analysis(
    paper: Paper,
    document: Document,
    language: Language,
    made: Verified,
    model: str,
    now: datetime,
) -> Analysis:
    headline, end = made.headline, made.conclusion
    return Analysis(
        paper_id=paper.id,
        version=document.version,
        kind=AnalysisKind.LLM,
        language=language,
        text_source=document.source,
        pages=document.pages,
        is_part=document.is_part,
        flaws=document.flaws or (),
        written_in=written_in(" ".join(section.text for section in document.sections)),
        headline=headline if headline and is_language(headline.text, language) else None,
        contribution=made.points("contribution"),
        methodology=made.points("methodology"),
        takeaway=made.points("takeaway"),
        limitations=made.points("limitations"),
        results=tuple(made.results),
        facts=tuple(made.facts),
        conclusion=end if end and is_language(end.why, language) else None,
        checked=made.checked,
        model=model,
        created_at=now,
    )


def fault(reading: Reading, language: Language) -> str | None:
    """Return the phrase for what makes a reading unusable, or None."""
    said = {name: _said(reading, name) for name in SECTIONS}
    said["limitations"] += _said(reading, "questions")
    if not all(said.values()):
        return "empty"
    texts = (" ".join(texts) for texts in said.values())
    return None if all(is_language(text, language) for text in texts) else "language"


def _said(reading: Reading, name: str) -> list[str]:
    texts = [clean_statement(statement.text) for statement in getattr(reading, name)]
    return [text for text in texts if not is_stub(text)]
