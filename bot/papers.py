"""A paper somebody names: from the store, or from the sources while the person waits."""

import asyncio

from bot.app import Services
from core.errors import SourceError, UnknownPaper
from core.fetch import Lookup
from core.identity import PaperRef
from core.merge import merge
from core.models import Paper


async def find_paper(services: Services, reference: PaperRef) -> Paper:
    """Return the paper from the store or from the sources; raise `UnknownPaper`, `SourceError`."""
    known = await services.store.papers.get(reference.id)
    if known is not None and reference.version in (None, known.version):
        return known
    outcomes = await asyncio.gather(*(_looked_up(source, reference) for source in services.lookups))
    found = [outcome for outcome in outcomes if isinstance(outcome, Paper)]
    failures = [outcome for outcome in outcomes if isinstance(outcome, SourceError)]
    if found:
        paper = merge(found)[0]
        await services.store.papers.put(merge([paper, *([known] if known else [])]))
        return paper
    if failures:
        raise failures[0]
    raise UnknownPaper(f"no source knows {reference.id}; check the number, or try again tomorrow")


async def _looked_up(source: Lookup, reference: PaperRef) -> Paper | SourceError | None:
    """Return what one place knows; its failure is a value, because another may know the paper."""
    try:
        return await source.lookup(reference)
    except SourceError as error:
        return error
