"""`paperboy paper ID`: one deep dive as Markdown on standard output."""

import sys

from bot.app import Services
from bot.cli.progress import watching
from bot.cli.running import settled, with_services
from bot.features.paper_lookup import find_paper, taken_back
from core.fetch import sources
from core.llm import CallContext, Urgency
from core.models.errors import UsageError
from core.report.markdown import render_dive


def run(text: str) -> None:
    """Run the command."""
    settings = settled()
    reference = sources.paper_named(text)
    if reference is None:
        raise UsageError(
            f"{text!r} names no paper; give an arXiv id such as 2603.08258, or a link to one"
        )

    async def work(services: Services) -> str:
        paper = await find_paper(services, reference)
        language = settings.digest_language
        if said := await taken_back(services, paper, language):
            return said + "\n"
        with watching(language, services.now) as watcher:
            context = CallContext(Urgency.INTERACTIVE, watcher.on_wait)
            dive = await services.deep_dives.dive(paper, services.focus, language, context)
        return render_dive(paper, dive.analysis, language, dive.delay, dive.retry_after)

    sys.stdout.write(with_services(settings, work))
