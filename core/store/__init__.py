"""The database: the only package that knows SQL. Open it with `open_store`.

address           from `DATABASE_URL` to a place SQLAlchemy can open
audience/         people and chats: what they chose, said, asked for
columns           column types that mean the same in SQLite and PostgreSQL
connection        SQLite in a thread of its own, asked once a statement
database          an open database and its two ways in: `reading()`, `transaction()`
delivery/         the ledger of sent messages, and Telegram's bans
delivery_changes  the rules of the ledger: a message's states, and what moves it on
failures          what a database says when it fails, as one sentence for the operator
flags             which papers of a day speak to the model, kept for the administrators
key_values        small things remembered across restarts; what is said only once
llm_usage/        calls to models: asked, and still allowed
migrations/       the schema's history
papers/           papers as announced, scored, read, published
search_engines    the full-text index in each database's SQL
search_words      texts and queries cut into the words of that index
statements        upserts, statements cut to a size, values in and out of JSON
tables            every table; `migrations/` is how a database gets them
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_type_hints

from core.llm.ledger import Call
from core.models.feedback import FeedbackEvent, FeedbackKind
from core.store.audience.chats import Chats
from core.store.audience.feedback import Feedback
from core.store.audience.lists import Lists
from core.store.audience.personal_data import Personal
from core.store.audience.reader_requests import Promise, ReaderRequest, ReaderRequests
from core.store.audience.topic_meanings import Meanings
from core.store.audience.usage import Allowance, Limit, Usages
from core.store.database import open_database
from core.store.delivery.deliveries import Deliveries
from core.store.delivery.telegram_bans import TelegramBans
from core.store.delivery_changes import Begin, Change, Delivery, Finish, GiveUp, Release
from core.store.key_values import KeyValues, Notices
from core.store.llm_usage.calls import Calls, CallSummary
from core.store.migrations import migrate
from core.store.papers.analyses import Analyses
from core.store.papers.digests import Digests, History
from core.store.papers.fetches import Coverage, Fetches, FetchRecord, FetchSummary, StoppedSummary
from core.store.papers.papers import Papers
from core.store.papers.pending_analyses import PendingAnalyses, PendingAnalysis
from core.store.papers.reading_key import ReadingKey
from core.store.papers.scores import StoredScore, StoredScores
from core.store.papers.search import FoundPaper, Search
from core.store.papers.takeaways import StoredTakeaways
from core.store.papers.texts import StoredTexts

__all__ = [
    "Allowance",
    "Begin",
    "CallSummary",
    "Change",
    "Delivery",
    "FeedbackEvent",
    "FeedbackKind",
    "FetchRecord",
    "FetchSummary",
    "Finish",
    "FoundPaper",
    "GiveUp",
    "Limit",
    "PendingAnalysis",
    "Promise",
    "ReaderRequest",
    "ReadingKey",
    "Release",
    "StoppedSummary",
    "Store",
    "StoredScore",
    "StoredTakeaways",
    "open_store",
]


@dataclass(frozen=True)
class Store:
    papers: Papers
    coverage: Coverage
    history: History
    scores: StoredScores
    texts: StoredTexts
    analyses: Analyses
    digests: Digests
    pending_analyses: PendingAnalyses
    calls: Calls
    fetches: Fetches
    chats: Chats
    deliveries: Deliveries
    bans: TelegramBans
    requests: ReaderRequests
    usage: Usages
    notices: Notices
    key_values: KeyValues
    search: Search
    feedback: Feedback
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
        kinds = get_type_hints(Store)
        del kinds["calls"]
        others = {name: kind(database, now) for name, kind in kinds.items()}
        yield Store(calls=Calls(database, price), **others)
