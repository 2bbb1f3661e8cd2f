"""A week of mornings, told by what arrives when."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from core.models.chat import ChatKind
from tests.bot.daily.world import SHANGHAI, World, at, open_world

ANN, BOB, CARL = 11, 12, 13


def on(world: World, chat_id: int) -> list[str]:
    """Return what a chat received, each with its local day and hour."""
    times = [f"{moment.astimezone(SHANGHAI):%d %H:%M}" for moment in world.telegram.times(chat_id)]
    return [f"{t} {key}" for t, key in zip(times, world.telegram.posts(chat_id), strict=True)]


async def test_a_week_brings_one_post_each_morning(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-18 20:00"))
    assert on(world, ANN) == [
        "13 08:30 day:2026-03-13",
        "14 08:30 quiet:2026-03-14",
        "15 08:30 quiet:2026-03-15",
        "16 08:30 day:2026-03-16",
        "17 08:30 day:2026-03-17",
        "18 08:30 day:2026-03-18",
    ]
    assert world.settled > 0


async def test_a_quiet_day_says_when_the_next_list_comes(world: World) -> None:
    world.clock.now = at("2026-03-13 20:00")
    await world.subscribe(ANN)
    await world.run(world.start(), at("2026-03-14 09:00"))
    assert "03-16" in world.telegram.text(ANN)


async def test_who_wants_no_quiet_days_hears_nothing_of_them(world: World) -> None:
    await world.subscribe(ANN, tells_quiet_days=False)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-16 09:00"))
    assert world.telegram.posts(ANN) == ["day:2026-03-13", "day:2026-03-16"]
    assert "补送" not in world.telegram.text(ANN), "a quiet day is no missed day"


async def test_a_holiday_is_a_quiet_day(tmp_path: Path) -> None:
    evening = date(2026, 3, 17)
    async with open_world(tmp_path, at("2026-03-17 20:00"), holidays=frozenset({evening})) as world:
        await world.subscribe(ANN)
        await world.run(world.start(), at("2026-03-18 12:00"))
        assert world.telegram.posts(ANN) == ["day:2026-03-18"], "Hugging Face has no holidays"
        assert "下一期预计 03-19" in world.telegram.text(ANN)


async def test_a_holiday_of_all_sources_is_a_quiet_day(tmp_path: Path) -> None:
    evening = date(2026, 3, 17)
    async with open_world(tmp_path, at("2026-03-17 20:00"), holidays=frozenset({evening})) as world:
        world.huggingface.holidays = world.arxiv.holidays
        await world.subscribe(ANN)
        await world.run(world.start(), at("2026-03-19 12:00"))
        assert world.telegram.posts(ANN) == ["quiet:2026-03-18", "day:2026-03-19"]
        assert "03-19" in world.telegram.received[0][3].text


async def test_the_sources_are_read_once_for_everybody(world: World) -> None:
    await world.subscribe(ANN)
    await world.subscribe(BOB, language="en")
    await world.subscribe(13, interests=("arxiv good",))
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 07:00"))
    before = world.arxiv.fetches
    await world.run(daily_jobs, at("2026-03-13 10:00"))
    assert world.arxiv.fetches == before + 1
    texts = {chat: world.telegram.text(chat) for chat in (ANN, BOB, 13)}
    assert "论文日报" in texts[ANN]
    assert "Paper Daily" in texts[BOB]
    assert "arxiv good of 2026-03-13" in texts[13]
    assert "命中关注点「arxiv good」" in texts[13], "scored for its own topics"


async def test_each_reader_has_the_morning_of_their_own_clock(world: World) -> None:
    await world.subscribe(ANN, zone="America/Los_Angeles")
    await world.subscribe(BOB, zone="Asia/Kathmandu", at=time(6, 5))
    await world.run(world.start(), at("2026-03-14 12:00"), step=timedelta(minutes=30))
    la = [m.astimezone(SHANGHAI) for m in world.telegram.times(ANN)]
    # On Thursday 08:30 in Los Angeles it is 23:30 in Shanghai: Thursday's edition, never built.
    assert [f"{moment:%d %H:%M}" for moment in la] == ["12 23:30", "13 23:30"]
    assert world.telegram.posts(ANN) == ["day:2026-03-12", "day:2026-03-13"]
    # 06:05 in Kathmandu is 08:20 in Shanghai: near enough to press time for the same edition.
    assert on(world, BOB)[0] == "13 08:30 day:2026-03-13"


@pytest.mark.parametrize(
    ("zone", "start", "end", "hour", "days"),
    [
        ("America/New_York", "2026-03-06 12:00", "2026-03-10 12:00", time(2, 30), 4),
        ("America/New_York", "2026-10-30 12:00", "2026-11-03 12:00", time(1, 30), 4),
        ("Europe/London", "2026-03-27 12:00", "2026-03-31 12:00", time(1, 30), 4),
    ],
)
async def test_when_clocks_change_no_morning_is_skipped_or_doubled(
    tmp_path: Path, zone: str, start: str, end: str, hour: time, days: int
) -> None:
    async with open_world(tmp_path, at(start, zone)) as world:
        await world.subscribe(ANN, zone=zone, at=hour)
        await world.run(world.start(), at(end, zone), step=timedelta(hours=1))
        assert len(world.telegram.posts(ANN)) == days
        assert len(set(world.telegram.posts(ANN))) == days


async def test_a_process_that_was_down_catches_up_once(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:00"))
    world.clock.now = at("2026-03-13 15:00")
    await world.run(world.start(), at("2026-03-14 08:00"))
    assert on(world, ANN) == ["13 15:00 day:2026-03-13"]


async def test_after_two_days_down_everything_comes_in_one_message(world: World) -> None:
    await world.subscribe(ANN)
    world.clock.now = at("2026-03-18 12:00")
    await world.run(world.start(), at("2026-03-18 20:00"))
    assert on(world, ANN) == ["18 12:00 day:2026-03-18"]
    text = world.telegram.text(ANN)
    assert "arxiv good of 2026-03-17" in text
    assert "arxiv good of 2026-03-18" in text


async def test_back_late_at_night_it_waits_for_the_morning(world: World) -> None:
    await world.subscribe(ANN)
    await world.run(world.start(), at("2026-03-16 08:00"))
    world.clock.now = at("2026-03-17 03:00")
    await world.run(world.start(), at("2026-03-17 12:00"))
    assert on(world, ANN)[-1] == "17 08:30 day:2026-03-17"
    assert "2026-03-16" not in " ".join(world.telegram.posts(ANN))
    assert "good of 2026-03-16" in world.telegram.text(ANN)


async def test_what_telegram_kept_from_a_reader_comes_merged(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:00"))
    world.telegram.refusing = {ANN}
    await world.run(daily_jobs, at("2026-03-16 08:00"))
    world.telegram.refusing = set()
    await world.run(daily_jobs, at("2026-03-16 12:00"))
    assert on(world, ANN) == ["16 08:30 day:2026-03-16"]
    text = world.telegram.text(ANN)
    assert "03-13" in text.splitlines()[0]
    assert "arxiv good of 2026-03-13" in text
    assert "arxiv good of 2026-03-16" in text


async def test_who_joins_after_the_hour_waits_for_the_next_and_gets_no_old_days(
    world: World,
) -> None:
    await world.subscribe(BOB)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-16 12:00"))
    await world.subscribe(ANN)
    await world.run(daily_jobs, at("2026-03-17 12:00"))
    assert on(world, ANN) == ["17 08:30 day:2026-03-17"]
    assert "2026-03-16" not in world.telegram.text(ANN)


async def test_who_comes_back_after_weeks_is_spared_the_weeks(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 12:00"))
    await world.store.chats.leave(ANN, at=world.clock(), why="stop")
    await world.subscribe(BOB)
    await world.run(daily_jobs, at("2026-03-18 12:00"))
    await world.subscribe(ANN)
    await world.run(daily_jobs, at("2026-03-19 12:00"))
    assert world.telegram.posts(ANN) == ["day:2026-03-13", "day:2026-03-19"]
    assert "补送" not in world.telegram.text(ANN)


async def test_a_paused_reader_gets_nothing(world: World) -> None:
    await world.subscribe(ANN)
    await world.store.chats.change(ANN, paused_at=world.clock())
    await world.run(world.start(), at("2026-03-13 12:00"))
    assert world.telegram.posts(ANN) == []
    assert world.arxiv.fetches == 0, "nobody reads anything"


async def test_while_sources_are_down_it_asks_every_ten_minutes(world: World) -> None:
    await world.subscribe(ANN)
    world.arxiv.is_down = world.huggingface.is_down = True
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 07:59"))
    before, world.clock.now = world.arxiv.fetches, at("2026-03-13 08:05")
    await world.run(daily_jobs, at("2026-03-13 09:55"), step=timedelta(minutes=2))
    assert world.telegram.posts(ANN) == []
    assert 10 <= world.arxiv.fetches - before <= 12
    world.arxiv.is_down = world.huggingface.is_down = False
    await world.run(daily_jobs, at("2026-03-13 10:20"), step=timedelta(minutes=2))
    [moment] = world.telegram.times(ANN)
    assert at("2026-03-13 09:56") <= moment <= at("2026-03-13 10:08")


async def test_sources_down_for_hours_are_admitted_and_the_digest_follows(world: World) -> None:
    await world.subscribe(ANN)
    world.arxiv.is_down = world.huggingface.is_down = True
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 15:00"))
    assert world.telegram.posts(ANN) == ["notice:2026-03-13"]
    assert at("2026-03-13 11:30") <= world.telegram.times(ANN)[0] <= at("2026-03-13 12:00")
    assert "HF" in world.telegram.text(ANN)
    assert [text for _, text in world.told if "2026-03-13 的日报还没有内容" in text]
    world.arxiv.is_down = world.huggingface.is_down = False
    await world.run(daily_jobs, at("2026-03-14 08:00"))
    assert world.telegram.posts(ANN) == ["notice:2026-03-13", "day:2026-03-13"]
    assert world.telegram.times(ANN)[1] <= at("2026-03-13 16:05")


async def test_a_missed_day_comes_with_the_one_that_sources_hold_back(world: World) -> None:
    """Alone it was a first digest, and the day itself a second one hours later."""
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:00"))
    world.telegram.refusing = {ANN}
    await world.run(daily_jobs, at("2026-03-16 08:00"))
    world.telegram.refusing = set()
    world.arxiv.is_down = world.huggingface.is_down = True
    await world.run(daily_jobs, at("2026-03-16 15:00"))
    assert world.telegram.posts(ANN) == ["notice:2026-03-16"]
    world.arxiv.is_down = world.huggingface.is_down = False
    await world.run(daily_jobs, at("2026-03-17 08:00"))
    assert world.telegram.posts(ANN) == ["notice:2026-03-16", "day:2026-03-16"]
    for day in ("2026-03-13", "2026-03-16"):
        assert f"arxiv good of {day}" in world.telegram.text(ANN)


async def test_a_missed_day_waits_only_as_long_as_it_is_told(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 08:00"))
    world.telegram.refusing = {ANN}
    await world.run(daily_jobs, at("2026-03-14 04:00"))
    world.telegram.refusing = set()
    world.arxiv.is_down = world.huggingface.is_down = True
    await world.run(daily_jobs, at("2026-03-20 08:00"), step=timedelta(hours=4))
    notices = [f"notice:2026-03-{day}" for day in range(14, 20)]
    assert world.telegram.posts(ANN) == [*notices[:-1], "day:2026-03-13", notices[-1]]


async def test_a_list_that_is_late_is_waited_for_and_not_called_quiet(tmp_path: Path) -> None:
    """In winter arXiv announces at 09:00 in Shanghai, and on Mondays nothing older is left."""
    async with open_world(tmp_path, at("2026-01-25 20:00")) as world:
        world.huggingface.is_down = True
        await world.subscribe(ANN)
        daily_jobs = world.start()
        await world.run(daily_jobs, at("2026-01-26 08:40"))
        world.clock.now = at("2026-01-26 08:50")
        await world.run(daily_jobs, at("2026-01-26 09:30"), step=timedelta(minutes=5))
        assert world.telegram.posts(ANN)[-1] == "day:2026-01-26"
        assert at("2026-01-26 09:00") <= world.telegram.times(ANN)[-1] <= at("2026-01-26 09:15")


async def test_what_came_after_press_is_shown_the_next_day_with_its_date(tmp_path: Path) -> None:
    async with open_world(tmp_path, at("2026-01-26 20:00")) as world:
        await world.subscribe(ANN)
        daily_jobs = world.start()
        await world.run(daily_jobs, at("2026-01-27 12:00"))
        assert "arxiv good of 2026-01-27" not in world.telegram.text(ANN)
        await world.run(daily_jobs, at("2026-01-28 12:00"))
        text = world.telegram.text(ANN)
        assert "arxiv good of 2026-01-27" in text
        assert "首次列出" in text


async def test_a_day_without_anything_good_still_shows_the_runners_up(world: World) -> None:
    world.arxiv.scores[date(2026, 3, 13)] = world.huggingface.scores[date(2026, 3, 13)] = 55
    await world.subscribe(ANN)
    await world.subscribe(BOB, threshold=50)
    world.clock.now = at("2026-03-13 06:00")
    await world.run(world.start(), at("2026-03-13 12:00"))
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]
    assert "宁缺毋滥" in world.telegram.text(ANN)
    assert "宁缺毋滥" not in world.telegram.text(BOB)


async def test_a_weekend_that_catches_up_does_so_for_all(tmp_path: Path) -> None:
    """In winter Friday's list comes after Friday's press: Saturday is the first to see it."""
    async with open_world(tmp_path, at("2026-01-30 08:00")) as world:
        friday = date(2026, 1, 30)
        world.arxiv.scores[friday] = 50
        await world.subscribe(BOB)
        daily_jobs = world.start()
        await world.run(daily_jobs, at("2026-01-30 14:00"))
        await world.subscribe(ANN, threshold=45)
        await world.run(daily_jobs, at("2026-01-31 12:00"))
        assert world.telegram.posts(BOB)[-1] == "day:2026-01-31"
        assert world.telegram.posts(ANN) == ["day:2026-01-31"], "a lower threshold finds one"
        for reader in (ANN, BOB):
            assert "趁此补读它前几天的" in world.telegram.text(reader)
            assert "扫描 2 篇" in world.telegram.text(reader)


async def test_a_new_process_each_time_sends_nothing_twice(world: World) -> None:
    await world.subscribe(ANN)
    await world.subscribe(-5, kind=ChatKind.GROUP, zone="Europe/Berlin")
    world.clock.now = at("2026-03-13 08:00")
    while world.clock.now < at("2026-03-13 16:00"):
        await world.start().tick()
        world.clock.now += timedelta(minutes=27)
    assert world.telegram.posts(ANN) == ["day:2026-03-13"]
    assert world.telegram.posts(-5) == ["day:2026-03-13"]


async def test_a_change_of_topics_counts_from_the_next_edition(world: World) -> None:
    await world.subscribe(ANN, threshold=30)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-16 09:00"))
    await world.store.chats.change(ANN, interests=("arxiv good",))
    before = len(world.telegram.received)
    await world.run(daily_jobs, at("2026-03-17 08:00"))
    assert len(world.telegram.received) == before
    await world.run(daily_jobs, at("2026-03-17 09:00"))
    assert world.telegram.posts(ANN)[-1] == "day:2026-03-17"
    assert "命中关注点「arxiv good」" in world.telegram.text(ANN)


async def test_next_post_is_the_next_hour_with_an_edition_not_yet_had(world: World) -> None:
    ann = await world.subscribe(ANN)
    daily_jobs = world.start()
    assert daily_jobs.hours.next_post(ann) == at("2026-03-13 08:30")
    await world.run(daily_jobs, at("2026-03-13 09:00"))
    await world.store.chats.change(ANN, at=time(21, 0))
    changed = await world.store.chats.get(ANN)
    assert changed is not None
    assert daily_jobs.hours.next_post(changed) == at("2026-03-14 21:00")


async def test_today_is_the_newest_edition_had_or_not(world: World) -> None:
    ann = await world.subscribe(ANN)
    daily_jobs = world.start()
    assert await daily_jobs.editions.latest_for(ann, world.clock()) == []
    await world.run(daily_jobs, at("2026-03-14 12:00"))
    ann = await world.store.chats.get(ANN) or ann
    [friday] = await daily_jobs.editions.latest_for(ann, world.clock())
    assert friday.digest.day == date(2026, 3, 13)


async def test_lists_of_missed_days_are_made_together_after_a_downtime(world: World) -> None:
    await world.subscribe(ANN, interests=("arxiv good",))
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 10:00"))
    for day in ("2026-03-16", "2026-03-17"):  # built by another process; nobody delivered
        world.clock.now = at(f"{day} 08:15")
        other = world.start()
        await other.build()
    world.clock.now = at("2026-03-17 08:40")
    again = world.start()
    await again.build()
    made = {
        day for day in range(13, 18) if ANN in await world.store.lists.having(date(2026, 3, day))
    }
    assert made == {13, 16, 17}
    await again.tick()
    assert "arxiv good of 2026-03-17" in world.telegram.text(ANN)
    assert world.telegram.text(ANN).count("命中关注点「arxiv good」") >= 2


async def test_lists_that_are_late_for_hours_are_called_late_and_come(tmp_path: Path) -> None:
    """A Tuesday is no day off, however late: no calendar is quoted, and the day stays open."""
    async with open_world(tmp_path, at("2026-03-16 20:00")) as world:
        out_at = lambda _: at("2026-03-17 13:30")  # noqa: E731
        world.arxiv._out_at = world.huggingface._out_at = out_at
        await world.subscribe(ANN)
        await world.subscribe(BOB, language="en")
        daily_jobs = world.start()
        await world.run(daily_jobs, at("2026-03-17 12:00"))
        assert world.telegram.posts(ANN) == ["notice:2026-03-17"]
        assert "名单还没有出来" in world.telegram.text(ANN)
        assert "today's list is not out yet" in world.telegram.text(BOB)
        ann = await world.store.chats.get(ANN)
        assert ann is not None
        assert await daily_jobs.is_waiting(ann)
        newcomer = replace(ann, chat_id=CARL, had_day=None)
        await world.store.chats.join(await daily_jobs.newcomer(newcomer))
        await world.run(daily_jobs, at("2026-03-17 16:00"))
        assert world.telegram.posts(CARL)[-1] == "day:2026-03-17", "as it was told"
        assert world.telegram.posts(ANN) == ["notice:2026-03-17", "day:2026-03-17"]
        assert world.telegram.posts(BOB) == ["notice:2026-03-17", "day:2026-03-17"]
        had = await world.store.chats.get(ANN)
        assert had is not None
        assert not await daily_jobs.is_waiting(had)
        assert (await daily_jobs.newcomer(newcomer)).joined_at > at("2026-03-17 12:00")


async def test_an_hour_before_the_edition_waits_for_it_and_leaves_no_day_empty(
    world: World,
) -> None:
    await world.subscribe(ANN)
    had = await world.store.chats.change(ANN, at=time(7, 0), had_day=date(2026, 3, 12))
    assert had is not None
    daily_jobs = world.start()
    assert daily_jobs.hours.next_post(had) == at("2026-03-13 08:30")
    await world.run(daily_jobs, at("2026-03-17 12:00"))
    assert [key for key in world.telegram.posts(ANN) if key.startswith("day:")] == [
        "day:2026-03-13",
        "day:2026-03-16",
        "day:2026-03-17",
    ]
    assert all(moment.astimezone(SHANGHAI).hour == 8 for moment in world.telegram.times(ANN))


async def test_a_reader_of_another_language_sees_the_same_day_in_it_at_once(world: World) -> None:
    await world.subscribe(ANN)
    daily_jobs = world.start()
    await world.run(daily_jobs, at("2026-03-13 09:00"))
    bob = await world.subscribe(BOB, language="en")
    main = await daily_jobs.editions.of(date(2026, 3, 13), await world.subscribe(ANN))
    first = await daily_jobs.editions.of(date(2026, 3, 13), bob)
    await daily_jobs.build()
    built = await daily_jobs.editions.of(date(2026, 3, 13), bob)
    assert main is not None
    for edition in filter(None, (first, built)):
        digest = edition.digest
        assert digest.language == "en"
        assert digest.papers == main.digest.papers
        assert [(s.paper.id, s.score) for s in (*digest.picks, *digest.others)] == [
            (s.paper.id, s.score) for s in (*main.digest.picks, *main.digest.others)
        ]
        assert all(scored.reason.isascii() for scored in (*digest.picks, *digest.others))
