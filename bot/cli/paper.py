"""`paperboy paper ID`: one deep dive as Markdown on standard output."""

import sys

from bot.app import Services
from bot.cli.running import settled, with_services
from bot.cli.watch import watching
from bot.papers import find_paper, taken_back
from core.errors import UsageError
from core.identity import parse_reference
from core.llm import Errand, Urgency
from core.report.markdown import render_dive


def run(text: str) -> None:
    """Run the command."""
    settings = settled()
    reference = parse_reference(text)
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
            errand = Errand(Urgency.INTERACTIVE, watcher.told)
            dive = await services.desk.dive(paper, services.focus, language, errand)
        return render_dive(paper, dive.analysis, language, dive.delay, dive.retry_after)

    sys.stdout.write(with_services(settings, work))
