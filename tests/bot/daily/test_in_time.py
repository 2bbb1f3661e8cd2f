"""Whatever hangs, the post goes out at its minute with what there is, and is mended later.

The chain of models, the judge, the desk and the store are real; time is simulated, and what hangs
is awaited as it would be: for ever.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.bot import daily_jobs
from bot.app.core import Core, Ends, build_core
from bot.chains import Chains
from bot.daily.daily_jobs import DailyJobs
from core.analyze.deep_dives import DeepDives
from core.analyze.paper_texts import PaperTexts
from core.analyze.stored_readings import StoredReadings
from core.documents.full_text import TextResult, abstract_of
from core.fetch import Listing
from core.fetch.arxiv_calendar import announcement_time
from core.llm import AnswerT, Question, Reply
from core.llm.chain import ModelChain
from core.llm.quota.planner import Planner
from core.llm.quota.shares import Shares
from core.models.errors import LLMTimedOut
from core.models.usage import Usage
from core.models.values import Paper, ScoreKind
from core.store import Store
from core.store.database import Database
from tests.aside import without_a_process
from tests.bot.daily.world import Lists, Telegram, at, rank, settings_of
from tests.core.analyze.test_deep_dives import FakeReader
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
    ends = Ends(
        now=clock,
        sleep=clock.sleep,
        alarm=clock.sleep,
        monotonic=lambda: 0.0,
        offload=without_a_process,
        sources=(
            Hanging(hanging, "huggingface", clock, out_at=lambda day: at(f"{day} 08:05")),
            Hanging(hanging, "arxiv", clock, out_at=announcement_time),
        ),
        rank=rank,
    )
    async with build_core(settings_of(folder), ends) as core:
        telegram = Telegram(core.store, clock)  # type: ignore[arg-type]
        jobs = daily_jobs(
            _with_models(core, clock, hanging),
            courier=telegram,  # type: ignore[arg-type]
            administrators=None,  # type: ignore[arg-type]
            resolve=_nobody,
            username="paper_bot",
            run_pending=None,
        )
        yield Place(core.store, clock, telegram, jobs, hanging)


def _with_models(core: Core, clock: Clock, hanging: set[str]) -> Core:
    planner = Planner(
        log=core.store.calls,
        policy_of=one_policy(),
        shares=Shares(digest=4),
        now=clock,
        sleep=clock.sleep,
    )
    models = [Model(name, clock, hanging) for name in ("first", "second")]
    chain = ModelChain(models, planner=planner, now=clock, sleep=clock.sleep, alarm=clock.sleep)
    reader = Reader(hanging)
    deep_dives = DeepDives(
        texts=PaperTexts(core.store.texts, Texts(hanging), None, now=clock),
        readings=StoredReadings(core.store.analyses, reader, now=clock),
        reader=reader,
        looker=None,
        now=clock,
        single_flight=core.single_flight,
    )
    return replace(
        core,
        chains=Chains(planner, score=chain, analyze=chain, light=chain, providers={}),
        ends=replace(core.ends, deep_dives=deep_dives),
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
