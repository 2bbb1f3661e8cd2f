"""Every paper a source ever announced, as it was last seen."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select

from core.models.values import Paper
from core.store.database import Repository
from core.store.statements import chunks, decode
from core.store.tables import papers


class Papers(Repository):
    async def put(self, items: Iterable[Paper]) -> None:
        """Keep papers; of one id the last is kept. A paper that did not change is left alone."""
        now = self._now()
        rows = [
            {
                "id": paper.id,
                "title": paper.title.replace("\0", ""),  # PostgreSQL's text cannot hold it
                "listed": paper.listed,
                "json": paper.model_dump_json(),
                "first_seen_at": now,
                "updated_at": now,
            }
            for paper in {paper.id: paper for paper in items}.values()
        ]
        await self._database.put(papers, rows, once={"first_seen_at"}, unless_same="json")

    async def get(self, paper_id: str) -> Paper | None:
        """Return a paper as it was last seen."""
        return (await self.get_many([paper_id])).get(paper_id)

    async def get_many(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """Return the known ones among any number of ids, in the order of the ids."""
        wanted = list(dict.fromkeys(paper_ids))
        found: dict[str, Paper] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(wanted):
                rows = await connection.execute(
                    select(papers.c.id, papers.c.json).where(papers.c.id.in_(chunk))
                )
                found |= {row.id: decode(Paper, row.json) for row in rows}
        return {paper_id: found[paper_id] for paper_id in wanted if paper_id in found}

    async def listed(self, since: date, until: date) -> list[Paper]:
        """Return the papers that were announced from `since` to `until`, both included, by id."""
        query = select(papers.c.json).where(papers.c.listed >= since, papers.c.listed <= until)
        rows = await self._database.values(query.order_by(papers.c.id))
        return [decode(Paper, json) for json in rows]

    async def sample(self, since: date, until: date, *, most: int) -> list[Paper]:
        """Return at most `most` of the papers `listed` would, evenly spread over their ids."""
        query = select(papers.c.id).where(papers.c.listed >= since, papers.c.listed <= until)
        ids = await self._database.values(query.order_by(papers.c.id))
        count = min(most, len(ids))
        wanted = (ids[number * len(ids) // count] for number in range(count))
        return list((await self.get_many(wanted)).values())

    async def seen_by(self, paper_ids: Iterable[str], moment: datetime) -> set[str]:
        found: set[str] = set()
        async with self._database.reading() as connection:
            for chunk in chunks(list(dict.fromkeys(paper_ids))):
                rows = await connection.execute(
                    select(papers.c.id).where(
                        papers.c.id.in_(chunk), papers.c.first_seen_at <= moment
                    )
                )
                found |= set(rows.scalars())
        return found

    async def count(self) -> int:
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(papers))).scalar_one()
