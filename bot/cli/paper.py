"""`paperboy paper ID`: one deep dive as Markdown on standard output."""

import asyncio
import sys

from bot.app import Services
from bot.cli.running import settled, with_services
from bot.cli.watch import watching
from core.errors import SourceError, UnknownPaper, UsageError
from core.fetch import Lookup
from core.identity import PaperRef, parse_reference
from core.llm import Errand, Urgency
from core.merge import merge
from core.models import Paper
from core.report.markdown import render_dive


def run(text: str) -> None:
    """Run the command."""
    settings = settled()
    reference = parse_reference(text)
    if reference is None:
        raise UsageError(
            f"{text!r} names no paper; give an arXiv id such as 2602.20981, or a link to one"
        )

    async def work(services: Services) -> str:
        paper = await find_paper(services, reference)
        language = settings.digest_language
        with watching(language, services.now) as watcher:
            errand = Errand(Urgency.INTERACTIVE, watcher.told)
            dive = await services.desk.dive(paper, services.focus, language, errand)
        return render_dive(paper, dive.analysis, language, dive.delay, dive.retry_after)

    sys.stdout.write(with_services(settings, work))


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
