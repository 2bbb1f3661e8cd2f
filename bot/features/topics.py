"""What a chat wants and does not want: read from words, changed, undone, and understood by a model.

Without topics of its own a chat has the digest's: adding to those makes them its own. A list of
nothing but topics that nothing matches (no concept of the glossary, no paper that was ever fetched)
would be an empty promise, so it is answered by what would match instead of being set. A topic a
model has understood is set all the same, and so is one that is added with "+": a new word may be
ahead of the papers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.features.deep_dives import own_focus
from bot.features.deep_dives.limits import DailyLimits
from bot.features.search import PaperSearch
from bot.features.subscriptions import Subscriptions
from core.judge.topics import TopicInterpreter, Understood
from core.llm import CallContext, Urgency
from core.locale import ELSE
from core.models.chat import Chat
from core.models.errors import LLMError
from core.models.values import Focus, Language, Paper
from core.score.aboutness import topics_of
from core.score.presets import load as load_presets
from core.score.topics import Mistake, Topics, is_foreign, is_prose, onto, read_topics
from core.store.audience.topic_meanings import Meanings
from core.text.glossary import Entry, Glossary, load, load_covered

MOST_SUGGESTED = 3
TEXTS_A_DAY = 5
"""Texts of one person that a model is asked about; then they are understood locally."""
_FOR_A_MODEL = frozenset({"no_terms", "foreign"})
"""What is no mistake when a model understands it."""


@dataclass(frozen=True)
class Suggestions:
    entries: tuple[Entry, ...]
    are_near: bool
    """Spelled nearly as what was written; else they are some to begin with."""


@dataclass(frozen=True)
class ChosenTopics:
    chat: Chat
    usual: tuple[str, ...]
    """The digest's."""
    glossary: Glossary
    unmatched: tuple[str, ...]
    """Those of its own that nothing matches yet."""
    news: str | None = None
    """How they became these just now: "changed", "from_prose", "understood" or "pending"."""
    offered: Suggestions | None = None
    """What would match, where what is new of them matches nothing yet."""


@dataclass(frozen=True)
class Unmatched:
    """Topics that nothing matches, and what is there instead."""

    topics: tuple[str, ...]
    suggestions: Suggestions
    papers: int
    """That were looked through."""
    sources: str


@dataclass(frozen=True)
class TopicWish:
    """What a text asks for, as far as it is understood here."""

    chat: Chat
    """As it was before."""
    text: str
    topics: Topics | Mistake
    has_prose: bool
    """It is no list, or in a language that is not understood here."""
    unknown: tuple[str, ...] = ()
    unmatched: Unmatched | None = None
    """All it newly wishes for, where nothing matches that; `topics` is then what else it says."""
    wished: Topics = field(default_factory=Topics)
    """What it says, matched or not."""
    may_ask: bool = False
    """A model could do better, and may be asked."""

    @property
    def news(self) -> str:
        return "from_prose" if self.has_prose else "changed"

    @property
    def before(self) -> tuple[str, ...]:
        return Topics(self.chat.interests, self.chat.avoided).signed


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TopicService:
    """`usual` is the digest's; `renew` has a chat's newest list made anew.

    `interpreter` is None without a key; `sources` says where papers come from."""

    subscriptions: Subscriptions
    meanings: Meanings
    search: PaperSearch
    interpreter: TopicInterpreter | None
    limits: DailyLimits
    usual: Focus
    sources: str
    renew: Callable[[Chat], Awaitable[None]]

    def own(self, chat: Chat) -> Topics:
        """Return a chat's topics; without wishes of its own, the digest's are what it changes."""
        return Topics(chat.interests or self.usual.interests, chat.avoided)

    def own_focus(self, chat: Chat | None) -> Focus | None:
        return own_focus(chat, self.usual)

    async def of_paper(self, chat: Chat, paper: Paper, language: Language) -> tuple[str, ...]:
        return topics_of(paper, chat.focus(self.usual), await self._glossary(), language)

    async def chosen(self, chat: Chat, news: str | None = None) -> ChosenTopics:
        glossary = await self._glossary()
        unmatched = await self._unmatched(chat.interests, glossary)
        return ChosenTopics(chat, self.usual.interests, glossary, unmatched, news)

    async def change(
        self,
        chat: Chat,
        topics: Topics,
        *,
        news: str = "changed",
        before: tuple[str, ...] | None = None,
    ) -> ChosenTopics:
        """Change a chat's topics, with an undo to `before`."""
        wanted, usual = topics.wanted, self.usual.interests
        new = [topic for topic in wanted if topic not in (chat.interests or usual)]
        if _folded(wanted) == _folded(usual):
            wanted = ()
        undo = Topics(chat.interests, chat.avoided).signed if before is None else before
        chat = await self.subscriptions.change(
            chat, interests=wanted, avoided=topics.avoided, topics_before=undo
        )
        await self.renew(chat)
        chosen = await self.chosen(chat, news)
        if not new or not set(new) <= {*chosen.unmatched}:
            return chosen
        return replace(chosen, news="pending", offered=_suggestions(new, load_covered()))

    async def read(self, chat: Chat, person: int, text: str) -> TopicWish:
        """Return what a text asks for; a model that may be asked of it counts as asked."""
        wish = await self._read(chat, text)
        may_be = isinstance(wish.topics, Topics) or wish.topics.kind in _FOR_A_MODEL
        is_for_a_model = may_be and (wish.has_prose or bool(wish.unknown))
        may_ask = is_for_a_model and self.interpreter is not None
        may_ask = may_ask and await self.limits.take("topics", person, TEXTS_A_DAY)
        return replace(wish, may_ask=may_ask)

    async def apply(self, wish: TopicWish, topics: Topics) -> ChosenTopics | None:
        """Change what can be changed at once; None where that is nothing, since nothing matches."""
        if wish.unmatched is None:
            return await self.change(wish.chat, topics, news=wish.news)
        return await self.change(wish.chat, topics) if topics != self.own(wish.chat) else None

    async def understand(self, wish: TopicWish) -> ChosenTopics | None:
        """Change what a model makes of a wish; None where that is nothing new."""
        heard = await self._heard(wish)
        chat = await self.subscriptions.get(wish.chat.chat_id)
        if chat is None:
            return None  # forgotten meanwhile
        was = Topics.of_signed(wish.before)
        was = replace(was, wanted=was.wanted or self.usual.interests)
        if self.own(chat) not in (wish.topics, was):
            # The reader has changed the topics while the model was thinking: as they are now.
            if heard is not None and heard.meanings:
                await self.renew(chat)
            return await self.chosen(chat, "changed")
        if heard is None:
            return None  # no model could say
        better = heard.topics if wish.has_prose else Topics()
        meant = onto(was, better) if better != Topics() else None
        if isinstance(meant, Topics):
            return await self.change(chat, meant, news="understood", before=wish.before)
        if isinstance(wish.topics, Mistake) or not heard.meanings:
            return None
        if wish.unmatched is not None:
            return await self.change(chat, wish.wished, before=wish.before)
        await self.renew(chat)
        return await self.chosen(chat, wish.news)

    async def _read(self, chat: Chat, text: str) -> TopicWish:
        glossary, own = await self._glossary(), self.own(chat)
        topics = read_topics(text, own, glossary)
        wish = TopicWish(chat, text, topics, is_prose(text) or is_foreign(text))
        if isinstance(topics, Mistake):
            return wish
        wish = replace(wish, unknown=await self._unknown(topics, glossary))
        none = await self._unmatched(topics.wanted, glossary)
        is_replaced = not set(own.wanted) & set(topics.wanted)
        rest = onto(own, Topics((), topics.avoided))
        if not none or none != topics.wanted or not is_replaced or isinstance(rest, Mistake):
            return wish
        instead = await self._instead_of(none)
        return replace(wish, topics=rest, unmatched=instead, wished=topics)

    async def _unknown(self, topics: Topics, glossary: Glossary) -> tuple[str, ...]:
        """Return the topics that neither the glossary knows nor anybody has had explained."""
        new = [topic for topic in (*topics.wanted, *topics.avoided) if not glossary.knows(topic)]
        if self.interpreter is None or not new:
            return ()
        known = await self.meanings.known(new, prompt=self.interpreter.version)
        return tuple(topic for topic in new if " ".join(topic.casefold().split()) not in known)

    async def _heard(self, wish: TopicWish) -> Understood | None:
        """Return what a model makes of a text, and keep it; None when none can say."""
        interpreter, context = self.interpreter, CallContext(Urgency.INTERACTIVE)
        if interpreter is None:
            return None
        try:
            said = await interpreter.understand(
                wish.text, list(wish.unknown), await self._glossary(), context
            )
        except LLMError:
            return None
        if said.meanings:
            await self.meanings.put(said.meanings, prompt=interpreter.version, model=said.model)
        return said

    async def _glossary(self) -> Glossary:
        """Return the glossary with what has been learned since."""
        glossary = await asyncio.to_thread(load)  # read once, but that takes a fifth of a second
        meanings = await self.meanings.all()
        return glossary.with_meanings(meanings) if meanings else glossary

    async def _unmatched(self, topics: Sequence[str], glossary: Glossary) -> tuple[str, ...]:
        """Return the topics that neither the glossary of the covered field nor any paper knows."""
        packaged = await asyncio.to_thread(load_covered)
        return tuple(
            [
                topic
                for topic in topics
                if not packaged.knows(topic) and not await self._is_found(topic, glossary)
            ]
        )

    async def _is_found(self, topic: str, glossary: Glossary) -> bool:
        for words in (topic, *(glossary.understood(topic) or ())):
            if (await self.search.find(words, limit=1)).found.total:
                return True
        return False

    async def _instead_of(self, topics: Sequence[str]) -> Unmatched:
        found = _suggestions(topics, await asyncio.to_thread(load_covered))
        return Unmatched(tuple(topics), found, await self.search.count(), self.sources)


def _suggestions(topics: Sequence[str], glossary: Glossary) -> Suggestions:
    """Return the concepts nearest to topics; where none is near, the first of the presets."""
    near = [entry for topic in topics for entry in glossary.nearest(topic)]
    firsts = (preset.topics_in(ELSE)[0] for preset in load_presets())
    found = near or [entry for topic in firsts for entry in glossary.nearest(topic)[:1]]
    distinct = tuple({entry.names[0]: entry for entry in found}.values())
    return Suggestions(distinct[:MOST_SUGGESTED], bool(near))


def _folded(topics: tuple[str, ...]) -> list[str]:
    return [topic.casefold() for topic in topics]
