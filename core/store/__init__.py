"""The database: the only package that knows SQL. Open it with `open_store`.

address     from a URL to a place, or a sentence why not
database    connections: `reading()` and `transaction()`, the two ways in
failures    what the database says when it fails, as sentences
tables      the tables; migrations/ is how a database gets them
statements  upserts, and lists cut to size
values      pydantic values in and out of JSON
book        what decides whether a model may be asked, read for `calls`
quotas      what the provider said of its quotas, kept for `calls`
columns     types of columns
attempts    what becomes of a message to a chat: the rules of `deliveries`
moving      what follows a group to its new id
strangers   who must not come back after /forget
words       text and queries cut for the search
engines     the full-text index of each database

One file per repository: papers, coverage (days read), history (papers shown), scores, texts,
analyses, digests, awaited (readings that had to wait), calls (to models), fetches (of sources);
for the bot chats, deliveries, floods (waits Telegram imposed), asked (what readers asked for),
usage (what is limited a day, counted), notices (said once), facts (small remembered things),
search, marks (taps on papers), lists (what each reader's own day shows), takeaways (what a focus
can do with a paper), meanings (of topics the glossary does not know), personal (all of one person).
Each method is one transaction; only a search first brings its index up to date, in several.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.llm.ledger import Call
from core.marks import Mark, MarkKind
from core.store.analyses import Analyses
from core.store.asked import Asked, AskedFor, Promise
from core.store.attempts import Begin, Change, Delivery, Finish, GiveUp, Release
from core.store.awaited import Awaited, AwaitedReading
from core.store.calls import Calls, CallSummary, LastCall
from core.store.chats import Chat, ChatKind, Chats
from core.store.coverage import Coverage
from core.store.database import open_database
from core.store.deliveries import Deliveries
from core.store.digests import Digests
from core.store.facts import Facts
from core.store.fetches import Fetches, FetchRecord, FetchSummary, StoppedSummary
from core.store.floods import Floods
from core.store.history import History
from core.store.lists import Lists
from core.store.marks import Marks
from core.store.meanings import Meanings
from core.store.migrations import migrate
from core.store.notices import Notices
from core.store.papers import Papers
from core.store.personal import Personal
from core.store.scores import Scores, StoredScore
from core.store.search import Found, Search
from core.store.takeaways import StoredTakeaways, TakeawayKey
from core.store.texts import Texts
from core.store.usage import Allowance, Limit, Usages

__all__ = [
    "Allowance",
    "Asked",
    "AwaitedReading",
    "Begin",
    "CallSummary",
    "Change",
    "Chat",
    "ChatKind",
    "Delivery",
    "FetchRecord",
    "FetchSummary",
    "Finish",
    "Found",
    "GiveUp",
    "LastCall",
    "Limit",
    "Mark",
    "MarkKind",
    "Promise",
    "Release",
    "StoppedSummary",
    "Store",
    "StoredScore",
    "StoredTakeaways",
    "TakeawayKey",
    "open_store",
]


@dataclass(frozen=True)
class Store:
    """All repositories of one open database."""

    papers: Papers
    coverage: Coverage
    history: History
    scores: Scores
    texts: Texts
    analyses: Analyses
    digests: Digests
    awaited: Awaited
    calls: Calls
    fetches: Fetches
    chats: Chats
    deliveries: Deliveries
    floods: Floods
    asked: AskedFor
    usage: Usages
    notices: Notices
    facts: Facts
    search: Search
    marks: Marks
    lists: Lists
    personal: Personal
    meanings: Meanings
    takeaways: StoredTakeaways


def _unknown(_call: Call) -> None:
    """The price of a call when nobody knows prices."""


@asynccontextmanager
async def open_store(
    url: str,
    *,
    now: Callable[[], datetime],
    price: Callable[[Call], float | None] = _unknown,
    patience: timedelta = timedelta(seconds=5),
) -> AsyncIterator[Store]:
    """Give the store at `url`, brought up to date, and close it at the end.

    `sqlite:///data/paperboy.db` (its folder is created), `postgresql://...`, or for tests
    `sqlite:///:memory:`, which loses everything when a task is cancelled in the middle of a
    statement. `price` is what a call costs in dollars, as far as known.

    Raise `StoreError`, one sentence for the operator, when the database cannot be used, having
    changed nothing; later too, should it fail or another process hold it longer than `patience`.
    """
    async with open_database(url, patience=patience) as database:
        await migrate(database)
        await database.use_wal()
        yield Store(
            papers=Papers(database, now),
            coverage=Coverage(database),
            history=History(database),
            scores=Scores(database, now),
            texts=Texts(database),
            analyses=Analyses(database),
            digests=Digests(database, now),
            awaited=Awaited(database),
            calls=Calls(database, price),
            fetches=Fetches(database),
            chats=Chats(database, now),
            deliveries=Deliveries(database),
            floods=Floods(database),
            asked=AskedFor(database),
            usage=Usages(database),
            notices=Notices(database),
            facts=Facts(database),
            search=Search(database),
            marks=Marks(database),
            lists=Lists(database, now),
            personal=Personal(database),
            meanings=Meanings(database, now),
            takeaways=StoredTakeaways(database, now),
        )
