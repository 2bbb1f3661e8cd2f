"""A paper's text, from the store or fetched once.

What is less than the whole is believed for some hours only: arXiv's HTML appears within them.
"""

import logging
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.documents.flaws import rank
from core.documents.full_text import UNREACHABLE, TextResult
from core.injection.quarantine import passages_in
from core.models.errors import WorkStopped
from core.models.values import Document, Paper, TextExtent
from core.sandbox.offload import Offload, in_a_thread
from core.store.flags import Flags
from core.store.papers.texts import StoredTexts

logger = logging.getLogger(__name__)

ABSTRACT_STAYS = timedelta(hours=6)
"""How long a paper without full text is not looked for again."""
FLAWED_STAYS = timedelta(days=1)
"""How long a flawed full text is not looked for again, where somebody needs it once more."""


class FullTexts(Protocol):
    """Fetches a paper's text; never fails, since an abstract is a text too."""

    async def read(self, paper: Paper) -> TextResult:
        """Return the best text there is."""


@dataclass(eq=False, repr=False)
class PaperTexts:
    """Texts of papers, each fetched once.

    `flags` hears of texts that speak to a model; None where no model reads them.
    """

    stored: StoredTexts
    full_texts: FullTexts
    flags: Flags | None
    _: KW_ONLY
    now: Callable[[], datetime]
    offload: Offload = in_a_thread

    async def best(self, paper: Paper) -> Document | None:
        """Return the best text that was read so far."""
        return await self.stored.get(paper.id, paper.version)

    async def final(self, paper: Paper) -> Document | None:
        """Return the stored text, if there is no better one to be looked for now."""
        known = await self.best(paper)
        return known if known is not None and await self._is_final(known, paper) else None

    async def of(self, paper: Paper) -> Document:
        """Return the text, stored or fetched; at worst the abstract."""
        known = await self.best(paper)
        if known is not None and await self._is_final(known, paper):
            return known
        result = await self.full_texts.read(paper)
        for attempt in result.attempts:
            logger.debug("%s: %s %s", paper.id, attempt.source, attempt.outcome)
        document = min(result.document, known or result.document, key=rank)
        # Today's failure takes nothing away.
        is_unsure = any(attempt.outcome == UNREACHABLE for attempt in result.attempts)
        if is_unsure and document.extent is not TextExtent.WHOLE:
            return document  # nobody knows yet whether there is a full text
        await self.keep(document, paper)
        await self._flag(document)
        return document

    async def keep(self, document: Document, paper: Paper) -> None:
        """Store what was found for a paper's version."""
        await self.stored.put(document, version=paper.version, at=self.now())

    async def _flag(self, document: Document) -> None:
        """Tell the administrators of a text that speaks to the model; it is read without that."""
        if self.flags is None:
            return
        try:
            found = await self.offload(partial(passages_in, document))
        except WorkStopped:
            return  # whoever reads it will find the same, and say so
        if found:
            await self.flags.note(self.now().date(), {document.paper_id: found[0]})

    async def _is_final(self, document: Document, paper: Paper) -> bool:
        if document.extent is TextExtent.WHOLE and not document.flaws:
            return document.flaws is not None  # else it was chosen before flaws were looked for
        at = await self.stored.fetched_at(paper.id, paper.version)
        stays = FLAWED_STAYS if document.extent is TextExtent.WHOLE else ABSTRACT_STAYS
        return at is not None and self.now() - at < stays
