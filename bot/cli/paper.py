"""`paperboy paper ID`: one deep dive as Markdown on standard output."""

import sys

from bot.app.core import Core
from bot.cli.progress import watching
from bot.cli.running import settled, with_core
from core.fetch import sources
from core.llm import CallContext, Urgency
from core.models.errors import UsageError
from core.report.markdown import render_dive


def run(text: str) -> None:
    settings = settled()
    reference = sources.paper_named(text)
    if reference is None:
        raise UsageError(
            f"{text!r} names no paper; give an arXiv id such as 2603.08258, or a link to one"
        )

    async def work(core: Core) -> str:
        paper = await core.papers.find(reference)
        language = settings.digest_language
        if said := await core.papers.taken_back(paper, language):
            return said + "\n"
        with watching(language, core.now) as watcher:
            context = CallContext(Urgency.INTERACTIVE, watcher.on_wait)
            dive = await core.deep_dives.dive(paper, core.focus, language, context)
        return render_dive(paper, dive.analysis, language, dive.delay, dive.retry_after)

    sys.stdout.write(with_core(settings, work))
