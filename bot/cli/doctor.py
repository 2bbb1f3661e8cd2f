"""`paperboy doctor`: one line for each thing the product depends on, and what to do about it.

Each check uses the same code as the digest, and really asks: a source is read for today (and, where
its calendar answers that alone, asked for one paper everybody knows), the model is asked one tiny
question (counted like any other). Exit 0 when a digest can be made, even a degraded one.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from rich.console import Console

from bot.app.core import Core
from bot.cli import doctor_models
from bot.cli.doctor_findings import Condition, Finding
from bot.cli.doctor_telegram import look_at_telegram
from bot.cli.running import settled, with_core
from bot.outbound import endpoints_of
from core.fetch import Listing, Lookup, Source, sources
from core.models.errors import SourceBusy, SourceError, SourceOff, StoreUnavailable
from core.models.paper_id import PaperRef

SOURCE_PATIENCE = timedelta(seconds=45)
LATELY = timedelta(days=7)


def run() -> None:
    settings = settled()
    findings = with_core(settings, examine)
    console = Console()
    for finding in findings:
        console.print(finding.line, soft_wrap=True)
    if findings[-1].verdict is Condition.BROKEN:  # no digest can be made
        sys.exit(1)


async def examine(core: Core) -> list[Finding]:
    """Return all findings; the checks run at the same time."""
    database = await _timed(lambda: _database(core))
    is_broken = database.verdict is Condition.BROKEN
    checks = [_source_check(core, source) for source in core.sources]
    telegram, asked, timed = await asyncio.gather(
        look_at_telegram(core),
        # A question is written down before it is asked.
        _nothing() if is_broken else doctor_models.ask_providers(core),
        asyncio.gather(*(_timed(check) for check in checks)),
    )
    findings = [_settings(core), database, *timed, *asked, *telegram]
    if not is_broken:
        findings += await stopped_lately(core)
    findings = [_with_way(finding, core) for finding in findings]
    findings += doctor_models.unasked(core.settings)
    broken = [finding.name for finding in findings if finding.verdict is Condition.BROKEN]
    if not is_broken:  # the questions above are counted now
        findings += await doctor_models.look_at_models(core, passing=broken)
    return [*findings, _whole(findings, [source.name for source in core.sources])]


async def _nothing() -> list[Finding]:
    return []


async def _timed(check: Callable[[], Awaitable[Finding]]) -> Finding:
    start = time.monotonic()
    finding = await check()
    return replace(finding, latency=timedelta(seconds=time.monotonic() - start))


def _with_way(finding: Finding, core: Core) -> Finding:
    """Add how a service is reached, unless nobody asked it."""
    endpoint = endpoints_of(core.settings).get(finding.name)
    is_unasked = finding.name == "telegram" and core.settings.telegram_bot_token is None
    if endpoint is None or is_unasked:
        return finding
    proxy = core.outbound.proxy_to(endpoint)
    return replace(finding, way=f"via {proxy}" if proxy else "direct")


def _settings(core: Core) -> Finding:
    settings = core.settings
    interests = ", ".join(settings.digest_interests)
    detail = (
        f"{settings.digest_language}, {settings.digest_time:%H:%M} {settings.digest_timezone.key}, "
        f"up to {settings.digest_top_n} papers from {settings.digest_min_score} points; {interests}"
    )
    return Finding("settings", Condition.OK, detail)


async def _database(core: Core) -> Finding:
    try:
        papers = await core.store.papers.count()
        digests = len(await core.store.digests.recent(1000))
        await core.store.key_values.try_writing()
    except StoreUnavailable as error:
        advice = "readers see what is there; what must be stored waits in a running bot"
        return Finding("database", Condition.BROKEN, str(error).rstrip("."), advice)
    return Finding("database", Condition.OK, f"{papers} papers, {digests} digests")


async def stopped_lately(core: Core) -> list[Finding]:
    """Return a line about texts and pictures that took too much of late, if there were any."""
    stopped = await core.store.fetches.stopped(core.now() - LATELY)
    if not stopped:
        return []
    count = sum(one.times for one in stopped)
    most = f"{stopped[0].work}: {stopped[0].reason}"
    detail = f"{count} given up in {LATELY.days} days, most often {most}"
    return [Finding("texts", Condition.OK, detail, "see `paperboy stats`")]


def _source_check(core: Core, source: Source) -> Callable[[], Awaitable[Finding]]:
    async def check() -> Finding:
        day = core.now().date()
        try:
            async with asyncio.timeout(SOURCE_PATIENCE.total_seconds()):
                listing = await source.fetch([day])
                if listing.quiet or listing.young:
                    await _ask_for_a_paper(core, source)
        except TimeoutError:
            error = f"no answer in {SOURCE_PATIENCE.total_seconds():g} s"
            return Finding(
                source.name,
                Condition.BROKEN,
                error,
                "check the network, its ENDPOINT and the proxy",
            )
        except SourceError as error:
            return _source_trouble(source.name, error)
        return _source_finding(source.name, listing)

    return check


async def _ask_for_a_paper(core: Core, source: Source) -> None:
    """Ask what needs no list: a calendar answers without anybody having been asked."""
    known = [spec.known for spec in sources.SOURCES if spec.name == source.name and spec.known]
    if known and isinstance(source, Lookup):
        await source.lookup(PaperRef(known[0]))


def _source_trouble(name: str, error: SourceError) -> Finding:
    if isinstance(error, SourceOff):
        return Finding(name, Condition.DEGRADED, error.reason, "set its account, or leave it out")
    if isinstance(error, SourceBusy):
        return Finding(name, Condition.DEGRADED, error.reason, "wait some minutes; it asked us to")
    return Finding(
        name, Condition.BROKEN, error.reason, "check the network, its ENDPOINT and the proxy"
    )


def _source_finding(name: str, listing: Listing) -> Finding:
    if listing.quiet:
        when = f"; next list {listing.next_list}" if listing.next_list else ""
        return Finding(name, Condition.OK, f"no announcement today, by its calendar{when}")
    if listing.young:
        return Finding(name, Condition.OK, "today's list is not published yet")
    detail = f"{len(listing.papers)} papers today ({listing.label})"
    if not listing.skipped:
        return Finding(name, Condition.OK, detail)
    first = listing.skipped[0]
    detail += f", {len(listing.skipped)} items skipped, e.g. {first.item}: {first.reason}"
    return Finding(
        name, Condition.DEGRADED, detail, "nothing to do; the digest stands without them"
    )


def _whole(findings: Sequence[Finding], sources: Sequence[str]) -> Finding:
    """A digest can be made as long as one source can be read, and stored."""
    by_name = {finding.name: finding.verdict for finding in findings}
    if by_name["database"] is Condition.BROKEN:
        return Finding("digest", Condition.BROKEN, "nothing can be stored", "see the lines above")
    if all(by_name[name] is Condition.BROKEN for name in sources):
        return Finding("digest", Condition.BROKEN, "no source can be read", "see the lines above")
    if any(finding.verdict is not Condition.OK for finding in findings):
        return Finding("digest", Condition.DEGRADED, "can be made, with what is said above")
    return Finding("digest", Condition.OK, "can be made")
