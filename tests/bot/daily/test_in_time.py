"""Whatever hangs, the post goes out at its minute with what there is, and is mended later.

The chain of models, the judge, the desk and the store are real; time is simulated, and what hangs
is awaited as it would be: for ever.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from bot.daily.admin_alerts import AdminAlerts
from bot.daily.channels import ChannelDefaults, Channels
from bot.daily.daily_jobs import DailyJobs
from bot.daily.editions import Editions, ReleaseTime
from core.analyze.deep_dives import DeepDives
from core.digest.builder import DigestBuilder
from core.digest.gather import Gatherer
from core.digest.read import PickReader
from core.digest.score import Scorer
from core.documents.full_text import TextResult, abstract_of
from core.fetch import Listing
from core.fetch.arxiv_calendar import announcement_time
from core.judge.judge import ModelJudge
from core.llm import AnswerT, Question, Reply
from core.llm.chain import ModelChain
from core.llm.prompts import load_prompts
from core.llm.quota.planner import Planner
from core.llm.quota.shares import Shares
from core.llm.single_flight import SingleFlight
from core.models.digest_spec import DigestSpec
from core.models.errors import LLMTimedOut
from core.models.usage import Usage
from core.models.values import Focus, Paper, ScoreKind
from core.personal.list_builder import ListBuilder
from core.store import Store, open_store
from core.store.database import Database
from tests.bot.daily.world import SHANGHAI, Lists, Telegram, at, engine, rank
from tests.core.analyze.test_deep_dives import FakeReader
from tests.databases import fresh
from tests.policies import one_policy
from tests.simulation import SimClock

ANN, BOB = 11, 12
FRIDAY = date(2026, 3, 13)
PRESS = at("2026-03-13 08:30")
CALL_TIMEOUT = 120.0
"""Seconds after which the client gives a call up, as in production."""


class Clock(SimClock):
    """The simulated clock under the names the world's other parts use."""

    def __call__(self) -> datetime:
        return self.now()


class Model:
    """Scores what it is asked about, unless it hangs."""

    def __init__(self, name: str, clock: Clock, hanging: set[str]) -> None:
        self.name = name
        self._clock = clock
        self._hanging = hanging
        self._seen: set[tuple[bool, str]] = set()

    async def ask(self, question: Question, answer: type[AnswerT]) -> Reply[AnswerT]:
        ids = [line.split('"')[1] for line in question.text.splitlines() if "<paper id=" in line]
        about = {("English" in question.system + question.text, each) for each in ids}
        is_second = about <= self._seen
        if "score" in self._hanging or ("second look" in self._hanging and is_second):
            await self._clock.sleep(CALL_TIMEOUT)
            raise LLMTimedOut(f"{self.name}: no answer in time")
        self._seen |= about
        scores = [{"id": i, "score": 61, "reason": "理由充分，值得一读。"} for i in ids]
        fields = answer.model_fields["scores"].annotation
        assert fields is not None
        return Reply(answer.model_validate({"scores": scores}), self.name, Usage(100, 100))

    async def count(self, question: Question) -> int:
        return 1000


class Hanging(Lists):
    """A source that may never answer."""

    def __init__(self, hanging: set[str], *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._hanging = hanging

    async def fetch(self, days: Sequence[date]) -> Listing:
        if self.name in self._hanging:
            await asyncio.Event().wait()
        return await super().fetch(days)


class Texts:
    """Abstracts, unless the place of full texts hangs."""

    def __init__(self, hanging: set[str]) -> None:
        self._hanging = hanging

    async def read(self, paper: Paper) -> TextResult:
        if "text" in self._hanging:
            await asyncio.Event().wait()
        return TextResult(abstract_of(paper), ())


class Reader(FakeReader):
    """Reads at once, unless it hangs."""

    def __init__(self, hanging: set[str]) -> None:
        super().__init__()
        self._hanging = hanging

    async def read(self, *args: Any, **values: Any) -> Any:
        if "reading" in self._hanging:
            await asyncio.Event().wait()
        return await super().read(*args, **values)


@dataclass
class Place:
    """A morning and what may hang in it."""

    store: Store
    clock: Clock
    telegram: Telegram
    daily_jobs: DailyJobs
    hanging: set[str] = field(default_factory=set)

    async def live(self, until: datetime, *, every: float = 60) -> None:
        """Let the steps run every minute, each by itself, as the scheduler does."""
        under_way: set[asyncio.Task[object]] = set()
        while self.clock.now() <= until:
            for step in (self.daily_jobs.build, self.daily_jobs.deliver, self.daily_jobs.complete):
                under_way.add(asyncio.create_task(step()))  # type: ignore[arg-type]
            await self.clock.sleep(every)
            for task in [task for task in under_way if task.done()]:
                task.result()
                under_way.discard(task)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


@asynccontextmanager
async def open_place(folder: Path, start: datetime, hanging: set[str]) -> AsyncIterator[Place]:
    clock = Clock(start)
    async with open_store(fresh(folder), now=clock) as store:
        telegram = Telegram(store, clock)  # type: ignore[arg-type]
        yield Place(store, clock, telegram, _daily_jobs(store, clock, telegram, hanging), hanging)


def _daily_jobs(store: Store, clock: Clock, telegram: Telegram, hanging: set[str]) -> DailyJobs:
    single_flight = SingleFlight(reordered=lambda: None, now=clock, sleep=clock.sleep)
    planner = Planner(
        log=store.calls,
        policy_of=one_policy(),
        shares=Shares(digest=4),
        now=clock,
        sleep=clock.sleep,
    )
    models = [Model(name, clock, hanging) for name in ("first", "second")]
    chain = ModelChain(models, planner=planner, now=clock, sleep=clock.sleep, alarm=clock.sleep)
    judge = ModelJudge(chain, load_prompts(files("prompts"))["score"], max_input_tokens=60_000)
    scorer = Scorer(store=store, rank=rank, judge=judge)
    deep_dives = DeepDives(
        store=store,
        texts=Texts(hanging),
        reader=Reader(hanging),
        now=clock,
        single_flight=single_flight,
    )
    sources = (
        Hanging(hanging, "huggingface", clock, out_at=lambda day: at(f"{day} 08:05")),
        Hanging(hanging, "arxiv", clock, out_at=announcement_time),
    )
    gatherer = Gatherer(
        sources=sources, store=store, now=clock, clock=lambda: 0.0, sleep=clock.sleep
    )
    spec = DigestSpec("main", Focus(interests=("diffusion",)), "zh", threshold=60, top_n=2)
    press = ReleaseTime(time(8, 30), SHANGHAI)
    builder = DigestBuilder(
        gatherer=gatherer,
        store=store,
        scorer=scorer,
        pick_reader=PickReader(store=store, deep_dives=deep_dives, now=clock),
        now=clock,
    )
    lists = ListBuilder(
        store=store,
        scorer=scorer,
        engine=engine,
        usual=spec.focus,
        top_n=2,
        most_calls=3,
        now=clock,
    )
    return DailyJobs(
        store=store,
        editions=Editions(
            store=store, builder=builder, lists=lists, spec=spec, press=press, now=clock
        ),
        courier=telegram,  # type: ignore[arg-type]
        channels=Channels(
            store=store,
            names=(),
            house=ChannelDefaults(press.at, press.zone, "zh", tells_quiet_days=True),
            resolve=_nobody,
            now=clock,
        ),
        watch=AdminAlerts(store=store, admins=None, models=None, language="en", now=clock),  # type: ignore[arg-type]
        username="paper_bot",
        now=clock,
        sleep=clock.sleep,
    )


async def _nobody(_handle: str) -> int:
    raise AssertionError


@pytest.fixture(autouse=True)
def _announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time stand still while the database or another thread works."""
    clocks: list[SimClock] = []
    init = SimClock.__init__

    def noted(self: SimClock, start: datetime) -> None:
        clocks.append(self)
        init(self, start)

    def announced(name: str) -> None:
        whole = getattr(Database, name)

        @asynccontextmanager
        async def working(self: Database, **values: Any) -> AsyncIterator[Any]:
            with clocks[-1].working():
                async with whole(self, **values) as connection:
                    yield connection

        monkeypatch.setattr(Database, name, working)

    to_thread: Callable[..., Awaitable[Any]] = asyncio.to_thread

    async def working_thread(*args: Any, **values: Any) -> Any:
        with clocks[-1].working():
            return await to_thread(*args, **values)

    monkeypatch.setattr(SimClock, "__init__", noted)
    monkeypatch.setattr(asyncio, "to_thread", working_thread)
    announced("reading")
    announced("transaction")
    clocks.append(SimClock(PRESS))


ALL = {"score", "second look", "reading", "text", "huggingface"}


@pytest.mark.parametrize(
    ("start", "hanging"),
    [
        ("08:09", {"score"}),
        ("08:09", {"reading"}),
        ("08:09", {"text", "second look", "huggingface"}),
        ("08:25", ALL - {"second look"}),
    ],
)
async def test_the_post_leaves_in_its_minute_and_is_mended(
    tmp_path: Path, start: str, hanging: set[str]
) -> None:
    """`08:25`: the process starts late, when little of the time for building is left."""
    missing, hanging = frozenset(hanging), set(hanging)
    async with open_place(tmp_path, at(f"2026-03-13 {start}"), hanging) as place:
        for chat, language in ((ANN, "zh"), (BOB, "en")):
            await _subscribe(place, chat, language)
        await place.clock.run(place.live(PRESS + timedelta(minutes=5)))
        assert place.telegram.posts(ANN) == place.telegram.posts(BOB) == [f"day:{FRIDAY}"]
        late = [moment - PRESS for chat in (ANN, BOB) for moment in place.telegram.times(chat)]
        assert max(late) <= timedelta(minutes=1)
        text = place.telegram.text(ANN)
        assert ("⏳" in text) is bool(missing & {"reading", "text"})
        assert ("本地" in text) is ("score" in missing)

        hanging.clear()
        await place.clock.run(place.live(PRESS + timedelta(minutes=50), every=300))
        assert place.telegram.posts(ANN) == [f"day:{FRIDAY}"], "mended in the same message"
        if missing & {"score", "reading", "text"}:
            mended = [message.text for chat, _, message in place.telegram.edits if chat == ANN][-1]
            assert "⏳" not in mended
            assert "本地" not in mended
        digest = await place.store.digests.get(FRIDAY, "main")
        assert digest is not None
        assert digest.picks
        if "score" not in missing:
            assert {pick.kind for pick in digest.picks} == {ScoreKind.LLM}


async def test_push_from_the_shell_is_bounded_whatever_hangs(tmp_path: Path) -> None:
    """A timer starts it at press time, with nothing built."""
    async with open_place(tmp_path, PRESS, ALL) as place:
        await _subscribe(place, ANN, "zh", joined="2026-03-13 08:00")
        await place.clock.run(place.daily_jobs.push())
        assert place.telegram.posts(ANN) == [f"day:{FRIDAY}"]
        assert place.telegram.times(ANN)[0] - PRESS <= timedelta(minutes=3, seconds=5)
        assert place.clock.now() - PRESS <= timedelta(minutes=12)


async def test_push_gives_the_models_their_time_once_the_post_is_out(tmp_path: Path) -> None:
    hanging = {"reading"}
    async with open_place(tmp_path, PRESS, hanging) as place:
        await _subscribe(place, ANN, "zh", joined="2026-03-13 08:00")
        posting = place.telegram.deliver

        async def deliver(items: Any) -> Any:
            tally = await posting(items)
            hanging.clear()
            return tally

        place.telegram.deliver = deliver  # type: ignore[method-assign]
        await place.clock.run(place.daily_jobs.push())
        assert "⏳" in place.telegram.text(ANN)
        assert [("⏳" in message.text) for _, _, message in place.telegram.edits] == [False]


async def _subscribe(
    place: Place, chat_id: int, language: str, *, joined: str = "2026-03-12 20:00"
) -> None:
    from core.models.chat import Chat, ChatKind

    await place.store.chats.join(
        Chat(
            chat_id=chat_id,
            kind=ChatKind.PRIVATE,
            language=language,  # type: ignore[arg-type]
            at=time(8, 30),
            zone="Asia/Shanghai",
            joined_at=at(joined),
        )
    )
