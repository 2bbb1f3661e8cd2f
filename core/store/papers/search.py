"""Search over every paper ever fetched: title, authors, keywords, abstract, and what was read.

Nobody has to tell the index of news: each search first takes in what has changed, by comparing what
`indexed` says it was made from with what is there now. A "newest change seen" mark would be
shorter, and would lose what another process commits late.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.models.errors import StoreUnavailable
from core.models.values import Analysis, Paper
from core.store.database import Database, Repository
from core.store.search_engines import IndexEntry, SearchQuery, engine_of
from core.store.search_words import cut, terms
from core.store.statements import chunks, decode, decode_made, upsert
from core.store.tables import analyses, indexed, papers

logger = logging.getLogger(__name__)

BATCH = 50
"""Papers taken in at once: some ten milliseconds in which nobody else has a turn."""


@dataclass(frozen=True)
class FoundPaper:
    total: int
    hits: tuple[Paper, ...]
    """One page of them, best first."""


NOTHING = FoundPaper(0, ())


class Search(Repository):
    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(database, now)
        self._catching_up = asyncio.Lock()

    async def find(
        self, words: str, *, without: Sequence[str] = (), limit: int, offset: int = 0
    ) -> FoundPaper:
        """Return the papers that have all of `words`, which may be anything at all.

        None of them has all the words of one of `without`.

        A word of four letters or more also finds what begins like it; a Chinese one whatever it
        is part of. A title counts more than an abstract; among equals, newer papers come first.
        """
        if not (wanted := terms(words)):
            return NOTHING
        query = SearchQuery(wanted, [left for some in without if (left := terms(some))])
        try:
            await self.catch_up()
        except StoreUnavailable as error:  # better without the newest than nothing
            logger.debug("the index stays as it is: %s", error)
        async with self._database.reading() as connection:
            engine = engine_of(connection)
            total = await engine.count(connection, query)
            numbers = await engine.best(connection, query, limit=limit, offset=offset)
            return FoundPaper(total, await _papers(connection, numbers))

    async def catch_up(self) -> int:
        """Take in what has changed; return how many papers. Safe to run at any time.

        After the first months' papers were fetched this takes seconds: better before a search.
        """
        async with self._catching_up:  # many search at once; one of them does it for all
            async with self._database.reading() as connection:
                stale = await _stale(connection)
            for ids in chunks(stale, BATCH):
                await self._take_in(ids)
        return len(stale)

    async def _take_in(self, ids: Sequence[str]) -> None:
        async with self._database.reading() as connection:
            sources = await _sources(connection, ids)
        # Cut outside of the transaction. Should a paper change meanwhile, or another process be
        # faster, the comparison tells the next search.
        entries = {source.paper.id: _entry(source) for source in sources}
        async with self._database.transaction() as connection:
            await self._database.exclude_others(connection, "search")
            numbers = await _numbers(connection, ids)
            rows = (_row(source, numbers[source.paper.id]) for source in sources)
            await upsert(connection, indexed, rows)
            await engine_of(connection).put(
                connection, (IndexEntry(numbers[i], **fields) for i, fields in entries.items())
            )


@dataclass(frozen=True)
class _Source:
    paper: Paper
    updated_at: datetime
    readings: tuple[Analysis, ...]
    """All, newest first."""


async def _stale(connection: AsyncConnection) -> list[str]:
    """Return the papers whose entry is not made from what is there now, older ids first."""
    # Two questions: asked as one, SQLite takes four times as long to say that nothing is new.
    changed = (
        select(papers.c.id)
        .outerjoin(indexed, indexed.c.paper_id == papers.c.id)
        .where(or_(indexed.c.paper_id.is_(None), indexed.c.paper_at != papers.c.updated_at))
    )
    read = (
        select(
            analyses.c.paper_id,
            func.count().label("readings"),
            func.max(analyses.c.created_at).label("newest_at"),
        )
        .group_by(analyses.c.paper_id)
        .subquery()
    )
    # One read before it was stored may come after a later one: hence the count.
    is_new = or_(
        indexed.c.readings != read.c.readings,
        indexed.c.newest_at.is_(None),
        indexed.c.newest_at != read.c.newest_at,
    )
    reread = select(read.c.paper_id).join(indexed, indexed.c.paper_id == read.c.paper_id)
    ids = {row.id for row in await connection.execute(changed)}
    ids |= {row.paper_id for row in await connection.execute(reread.where(is_new))}
    return sorted(ids)


async def _sources(connection: AsyncConnection, ids: Sequence[str]) -> list[_Source]:
    readings: defaultdict[str, list[Analysis]] = defaultdict(list)
    of_papers = select(analyses.c.paper_id, analyses.c.json).where(analyses.c.paper_id.in_(ids))
    for row in await connection.execute(of_papers.order_by(analyses.c.created_at.desc())):
        if (reading := decode_made(Analysis, row.json)) is not None:
            readings[row.paper_id].append(reading)
    query = select(papers.c.id, papers.c.json, papers.c.updated_at).where(papers.c.id.in_(ids))
    rows = await connection.execute(query.order_by(papers.c.id))
    return [
        _Source(decode(Paper, row.json), row.updated_at, tuple(readings[row.id])) for row in rows
    ]


def _entry(source: _Source) -> dict[str, str]:
    paper = source.paper
    # Of each language the newest: an older version's reading says the same in other words.
    newest = {reading.language: reading for reading in reversed(source.readings)}
    points = (
        point.text
        for reading in newest.values()
        for section in (
            reading.contribution,
            reading.methodology,
            reading.takeaway,
            reading.limitations,
        )
        for point in section
    )
    return {
        "title": cut(paper.title),
        "names": cut("\n".join((paper.id, *paper.authors, *paper.keywords))),
        "abstract": cut(paper.abstract),
        "readings": cut("\n".join(points)),
    }


async def _numbers(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, int]:
    """Return the papers' numbers in the index, new ones for new papers, in the order of `ids`."""
    query = select(indexed.c.paper_id, indexed.c.number).where(indexed.c.paper_id.in_(ids))
    known = {row.paper_id: row.number for row in await connection.execute(query)}
    last = (await connection.execute(select(func.max(indexed.c.number)))).scalar() or 0
    fresh = (paper_id for paper_id in ids if paper_id not in known)
    return known | {paper_id: number for number, paper_id in enumerate(fresh, last + 1)}


def _row(source: _Source, number: int) -> dict[str, object]:
    return {
        "paper_id": source.paper.id,
        "number": number,
        "paper_at": source.updated_at,
        "readings": len(source.readings),
        "newest_at": source.readings[0].created_at if source.readings else None,
    }


async def _papers(connection: AsyncConnection, numbers: Sequence[int]) -> tuple[Paper, ...]:
    found: dict[int, Paper] = {}
    for chunk in chunks(numbers):
        rows = await connection.execute(
            select(indexed.c.number, papers.c.json)
            .join(papers, papers.c.id == indexed.c.paper_id)
            .where(indexed.c.number.in_(chunk))
        )
        found |= {row.number: decode(Paper, row.json) for row in rows}
    return tuple(found[number] for number in numbers)
