"""The full-text index `search_words`, in the SQL of each database: the one place where they differ.

It is handed words already cut (`words`): no database's own idea of a word comes into it. Nothing
here can be reached by what somebody typed either: a word is letters and digits, nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.search_words import Term


@dataclass(frozen=True)
class SearchQuery:
    """What an entry must have, and what not."""

    terms: Sequence[Term]
    """All of them."""
    without: Sequence[Sequence[Term]] = ()
    """None of these: each is several terms that an entry may not have together."""


@dataclass(frozen=True)
class IndexEntry:
    """What is kept of a paper: cut words, what counts most first."""

    number: int
    title: str
    names: str
    abstract: str
    readings: str


class SearchEngine(Protocol):
    async def put(self, connection: AsyncConnection, entries: Iterable[IndexEntry]) -> None:
        """Keep entries, each instead of the one of the same number."""

    async def count(self, connection: AsyncConnection, query: SearchQuery) -> int:
        """Count the entries that answer a query."""

    async def best(
        self, connection: AsyncConnection, query: SearchQuery, *, limit: int, offset: int
    ) -> list[int]:
        """Return the numbers of such entries, best first; among equals the highest first."""


def engine_of(connection: AsyncConnection) -> SearchEngine:
    return Postgres() if connection.dialect.name == "postgresql" else Fts5()


class Fts5:
    """SQLite's (https://www.sqlite.org/fts5.html)."""

    _PUT = text(
        "INSERT OR REPLACE INTO search_words (rowid, title, names, abstract, readings) "
        "VALUES (:number, :title, :names, :abstract, :readings)"
    )
    _COUNT = text("SELECT count(*) FROM search_words WHERE search_words MATCH :query")
    _BEST = text(
        "SELECT rowid FROM search_words WHERE search_words MATCH :query "
        "ORDER BY bm25(search_words, 10.0, 5.0, 3.0, 1.0), rowid DESC LIMIT :limit OFFSET :offset"
    )

    async def put(self, connection: AsyncConnection, entries: Iterable[IndexEntry]) -> None:
        if rows := [vars(entry) for entry in entries]:
            await connection.execute(self._PUT, rows)

    async def count(self, connection: AsyncConnection, query: SearchQuery) -> int:
        counted = await connection.execute(self._COUNT, {"query": _match(query)})
        return int(counted.scalar_one())

    async def best(
        self, connection: AsyncConnection, query: SearchQuery, *, limit: int, offset: int
    ) -> list[int]:
        """Return the best matches; bm25 is the smaller the better."""
        page = {"query": _match(query), "limit": limit, "offset": offset}
        return list((await connection.execute(self._BEST, page)).scalars())


def _match(query: SearchQuery) -> str:
    without = (f" NOT ({_all(terms)})" for terms in query.without)
    return f"({_all(query.terms)})" + "".join(without)


def _all(terms: Sequence[Term]) -> str:
    return " AND ".join(f'"{" ".join(term.words)}"{" *" * term.is_prefix}' for term in terms)


class Postgres:
    """PostgreSQL's; vectors and queries are spelled out, so that its parsers have no say."""

    _PUT = text(
        "INSERT INTO search_words (number, words) VALUES (:number, CAST(:words AS tsvector)) "
        "ON CONFLICT (number) DO UPDATE SET words = excluded.words"
    )
    _COUNT = text("SELECT count(*) FROM search_words WHERE words @@ CAST(:query AS tsquery)")
    _BEST = text(
        "SELECT number FROM search_words WHERE words @@ CAST(:query AS tsquery) "
        "ORDER BY ts_rank(words, CAST(:query AS tsquery)) DESC, number DESC "
        "LIMIT :limit OFFSET :offset"
    )

    async def put(self, connection: AsyncConnection, entries: Iterable[IndexEntry]) -> None:
        rows = [{"number": entry.number, "words": vector(entry)} for entry in entries]
        if rows:
            await connection.execute(self._PUT, rows)

    async def count(self, connection: AsyncConnection, query: SearchQuery) -> int:
        counted = await connection.execute(self._COUNT, {"query": tsquery(query)})
        return int(counted.scalar_one())

    async def best(
        self, connection: AsyncConnection, query: SearchQuery, *, limit: int, offset: int
    ) -> list[int]:
        page = {"query": tsquery(query), "limit": limit, "offset": offset}
        return list((await connection.execute(self._BEST, page)).scalars())


_MAX_POSITION = 16_383
_MAX_POSITIONS = 255
"""Of one word (https://www.postgresql.org/docs/current/textsearch-limitations.html)."""


def vector(entry: IndexEntry) -> str:
    """Return a tsvector with places and weights: 'word':1A,7C."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    place = 0
    fields = {"A": entry.title, "B": entry.names, "C": entry.abstract, "D": entry.readings}
    for weight, words in fields.items():
        place += 1  # no row of words leads from one field into the next
        for word in words.split():
            place += 1
            if len(places[word]) < _MAX_POSITIONS:
                places[word].append(f"{min(place, _MAX_POSITION)}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def tsquery(query: SearchQuery) -> str:
    """Return a tsquery: 'words' <-> 'in' <-> 'row' & 'beginning':* & !('not' & 'these')."""
    without = (f" & !({_tsterms(terms)})" for terms in query.without)
    return _tsterms(query.terms) + "".join(without)


def _tsterms(terms: Sequence[Term]) -> str:
    return " & ".join(
        " <-> ".join(f"'{word}'{':*' * term.is_prefix}" for word in term.words) for term in terms
    )
