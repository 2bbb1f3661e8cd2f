"""A paper somebody names: from the store, or from the sources while the person waits."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from core.analyze.deep_dives import DeepDives
from core.documents.clean import one_line
from core.fetch import Lookup
from core.fetch.merge import merge
from core.fetch.withdrawn import Withdrawal, withdrawal
from core.models.errors import SourceError, UnknownPaper
from core.models.paper_id import PaperRef
from core.models.values import Language, Paper, TextSource
from core.report import words
from core.report.tex import readable
from core.store.papers.papers import Papers
from core.store.papers.texts import StoredTexts


@dataclass(frozen=True, eq=False, repr=False)
class PaperLookup:
    """Finds papers that somebody names.

    `lookups` are the sources that are asked, `deep_dives` knows how to get a text.
    """

    papers: Papers
    texts: StoredTexts
    lookups: Sequence[Lookup]
    deep_dives: DeepDives

    async def known(self, paper_id: str) -> Paper | None:
        return await self.papers.get(paper_id)

    async def find(self, reference: PaperRef) -> Paper:
        """Return the paper; raise `UnknownPaper`, or `SourceError` when nobody can say."""
        known = await self.papers.get(reference.id)
        if known is not None and reference.version in (None, known.version):
            return known
        outcomes = await asyncio.gather(*(_looked_up(source, reference) for source in self.lookups))
        found = [outcome for outcome in outcomes if isinstance(outcome, Paper)]
        failures = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
        if found:
            paper = merge(found)[0]
            await self.papers.put(merge([paper, *([known] if known else [])]))
            return paper
        if failures:
            raise failures[0]
        raise UnknownPaper(
            f"no source knows {reference.id}; check the number, or try again tomorrow"
        )

    async def taken_back(self, paper: Paper, language: Language) -> str | None:
        """Return the sentence that says why `paper` is not read; None when it may be.

        Only in doubt, which is rare, its text is looked for: without one the doubt is confirmed.
        """
        # What was listed is as it was that day; the store has what the sources say since.
        paper = await self.papers.get(paper.id) or paper
        found = withdrawal(paper)
        if found is Withdrawal.NO:
            return None
        key = "withdrawn"
        if found is Withdrawal.PERHAPS:
            await self.deep_dives.text(
                paper
            )  # kept only when it is sure that there is no better one
            if await self.texts.source(paper.id, paper.version) is not TextSource.ABSTRACT:
                return None
            key = "perhaps_withdrawn"
        comment = one_line(paper.comment or "")[:200]
        return words.say(
            key, language, title=readable(paper.title)[:200], url=paper.url, comment=comment
        )


async def _looked_up(source: Lookup, reference: PaperRef) -> Paper | SourceError | None:
    """Return what one place knows; its failure is a value, because another may know the paper."""
    try:
        return await source.lookup(reference)
    except SourceError as error:
        return error
