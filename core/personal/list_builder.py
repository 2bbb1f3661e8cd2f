"""All readers' lists of a day: from the store, through the engine, into the store.

Everything a list needs is in the store once the day's digest is: no source is asked again. Who
wants a list at once (a changed topic, a late subscriber) must not wait for a model, nor spend a
call; only the morning's round for all asks, within its allowance.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from core.digest.gather import LOOKBACK
from core.digest.score import Scorer
from core.llm import CallContext, Urgency
from core.models.chat import Chat
from core.models.errors import StoreUnavailable
from core.models.feedback import MEMORY, weights
from core.models.values import Digest, Focus, Language, OwnList, Paper
from core.personal.values import FocusGroup, Judged, Person, Rules
from core.store import Allowance
from core.store.audience.chats import Chats
from core.store.audience.feedback import Feedback
from core.store.audience.lists import Lists
from core.store.audience.topic_meanings import Meanings
from core.store.audience.usage import Usages
from core.store.papers.digests import History
from core.store.papers.papers import Papers

if TYPE_CHECKING:
    from core.personal.engine import ListEngine
    from core.score.batch_ranker import BatchRanker

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=30)
"""How long what a reader was shown is not shown again."""
KEPT = timedelta(days=10)
"""How long a list can be looked at: longer than a morning can be late."""
WORTH_A_LOOK = 10
"""Upvotes from which a paper is worth a look whatever one's taste."""
_COMPARED = 400
"""Papers that stand for a month: fewer than for the digest's own focus, for ten thousand readers
are compared with them."""
_SLICE = 500
"""Readers worked out at a time, away from the event loop."""


@dataclass(frozen=True)
class _Day:
    base: Digest
    batch: "BatchRanker"
    month: "BatchRanker"
    """A sample of the last month's papers: what scores are compared with."""
    shown: Mapping[date, set[str]]
    """What the digest showed on the days before."""
    judged: Mapping[int, Judged] = field(default_factory=dict)
    """A model's scores by chat."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ListBuilder:
    """Makes readers' own lists.

    `usual` is the digest's own focus; `most_calls` how many groups a day may ask for.
    """

    chats: Chats
    lists: Lists
    papers: Papers
    history: History
    feedback: Feedback
    meanings: Meanings
    usage: Usages
    scorer: Scorer
    engine: "Callable[[], ListEngine]"
    usual: Focus
    top_n: int
    most_calls: int
    now: Callable[[], datetime]

    async def make_all(
        self, base: Digest, *, until: datetime | None = None, is_owed: bool = False
    ) -> int:
        """Make the lists that are missing on the day of `base`; return how many.

        Shared model scores are asked for first, the biggest groups before the others, and not
        waited for after `until`. With `is_owed` only for those who have not had that day, and no
        model is asked.
        """
        chats = await self._without_list(base.day, is_owed=is_owed)
        if not chats:
            return 0
        day = await self._day(base)
        if not is_owed:
            day = replace(day, judged=await self._by_model(day, chats, until))
        made = 0
        for start in range(0, len(chats), _SLICE):
            made += len(await self._make(day, chats[start : start + _SLICE]))
        today = base.day
        await self.lists.prune(values_before=today - KEPT, all_before=today - REMEMBERED)
        logger.info("%d own lists were made for %s", made, base.day)
        return made

    async def make_one(self, base: Digest, chat: Chat) -> OwnList | None:
        """Make one list now, with what models have said already; None without any paper."""
        day = await self._day(base)
        ((language, group),) = self._focus_groups([chat])
        known = await self.scorer.shared(
            day.batch.papers, group.focus, language, threshold=base.threshold
        )
        made = await self._worked_out(replace(day, judged={chat.chat_id: known}), [chat])
        try:
            await self.lists.put(made)
        except StoreUnavailable as error:  # it is shown all the same, and made anew the next time
            logger.debug("a list is not kept: %s", error)
        return made[0] if made else None

    async def _without_list(self, day: date, *, is_owed: bool) -> list[Chat]:
        found: list[Chat] = []
        while page := await self.chats.without_list(
            day, is_owed=is_owed, after=found[-1].chat_id if found else None, limit=_SLICE
        ):
            found += page
        return found

    async def _day(self, base: Digest) -> _Day:
        since = base.day - LOOKBACK
        papers = await self.papers.listed(since, base.day)
        shown = await self.history.by_day(base.audience, since=since, before=base.day)
        self.engine().learn(await self.meanings.all())
        sample = await self.papers.sample(base.day - REMEMBERED, base.day, most=_COMPARED)
        batch = await asyncio.to_thread(self.engine().batch, papers)
        return _Day(base, batch, await asyncio.to_thread(self.engine().batch, sample), shown)

    async def _by_model(
        self, day: _Day, chats: Sequence[Chat], until: datetime | None
    ) -> dict[int, Judged]:
        """Return a model's scores by chat: of its group, or of the digest's own focus."""
        found: dict[int, Judged] = {}
        shared = partial(self.scorer.shared, threshold=day.base.threshold)
        allowed = Allowance("circle", day.base.day, for_all=self.most_calls)
        may_ask = bool(day.batch.papers)
        for language, group in self._focus_groups(chats):
            scores: Judged = await shared(day.batch.papers, group.focus, language)
            if may_ask and group.focus != self.usual:
                best = await asyncio.to_thread(self.engine().shortlist, day.batch, group.focus)
                is_new = any(paper.id not in scores for paper in best)
                may_ask = not is_new or await self.usage.take(allowed) is None
                if is_new and may_ask:
                    # Never what the digest or a person needs.
                    context = CallContext(Urgency.RETRY, until=until)
                    said = await shared(best, group.focus, language, context)
                    may_ask = bool(said.keys() - scores.keys())  # or the budget is gone
                    scores = {**scores, **said}
            found |= dict.fromkeys(group.members, scores)
        return found

    def _focus_groups(self, chats: Sequence[Chat]) -> Iterator[tuple[Language, FocusGroup]]:
        """Yield who shares what, the biggest groups first."""
        found: list[tuple[Language, FocusGroup]] = []
        for language in sorted({chat.language for chat in chats}):
            same = [chat for chat in chats if chat.language == language]
            usual = tuple(chat.chat_id for chat in same if not chat.interests)
            own = {chat.chat_id: Focus(interests=chat.interests) for chat in same if chat.interests}
            focus_groups = self.engine().focus_groups(own)
            focus_groups += [FocusGroup(self.usual, usual)] if usual else []
            found += [(language, group) for group in focus_groups]
        yield from sorted(found, key=lambda item: -len(item[1].members))

    async def _make(self, day: _Day, chats: Sequence[Chat]) -> list[OwnList]:
        made = await self._worked_out(day, chats)
        await self.lists.put(made)
        return made

    async def _worked_out(self, day: _Day, chats: Sequence[Chat]) -> list[OwnList]:
        """Return the lists of some chats; none when there is nothing to choose from."""
        if not day.batch.papers:
            return []
        people = await self._people(day, chats)
        wanted = {paper_id for person in people for paper_id in person.marks}
        marked = await self.papers.get_many(sorted(wanted))
        rules = Rules(
            day=day.base.day,
            threshold=day.base.threshold,
            limit=self.top_n,
            hot=_hot(day.base, day.batch.papers),
            titles={paper_id: paper.title for paper_id, paper in marked.items()},
        )
        return await asyncio.to_thread(
            self.engine().lists,
            day.batch,
            day.month,
            people,
            list(marked.values()),
            rules,
            self.now(),
        )

    async def _people(self, day: _Day, chats: Sequence[Chat]) -> list[Person]:
        today, now = day.base.day, self.now()
        ids = [chat.chat_id for chat in chats]
        marks = await self.feedback.of_many(ids, since=now - MEMORY)
        lists = await self.lists.shown(ids, since=today - REMEMBERED, before=today)
        return [
            Person(
                chat_id=chat.chat_id,
                language=chat.language,
                focus=chat.focus(self.usual),
                marks=weights(marks.get(chat.chat_id, ()), lists.get(chat.chat_id, ()), now),
                seen=_seen(chat, lists.get(chat.chat_id, ()), day.shown)
                | {mark.paper_id for mark in marks.get(chat.chat_id, ())},
                judged=day.judged.get(chat.chat_id, {}),
            )
            for chat in chats
        ]


def _seen(
    chat: Chat,
    lists: Sequence[tuple[date, tuple[str, ...]]],
    shown: Mapping[date, set[str]],
) -> frozenset[str]:
    """Return what a chat was shown before: by its own lists, by the digest on other days."""
    own = {day for day, _ in lists}
    seen = {paper_id for _, papers in lists for paper_id in papers}
    for day, papers in shown.items():
        if day not in own and chat.had_day is not None and day <= chat.had_day:
            seen |= papers
    return frozenset(seen)


def _hot(base: Digest, papers: Sequence[Paper]) -> list[str]:
    """Return papers worth a look whatever one's taste: the digest's picks, then the upvoted."""
    upvoted = [paper for paper in papers if (paper.upvotes or 0) >= WORTH_A_LOOK]
    upvoted.sort(key=lambda paper: (-(paper.upvotes or 0), paper.id))
    picked = [scored.paper.id for scored in base.picks]
    return list(dict.fromkeys([*picked, *(paper.id for paper in upvoted)]))
