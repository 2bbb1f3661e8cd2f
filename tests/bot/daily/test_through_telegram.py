"""A morning of the bundled days, through the real services and courier, to a Telegram."""

from collections import Counter
from datetime import date

from tests.bot.daily.house import ANA, CHANNEL, LIN, House
from tests.bot.daily.world import at

THURSDAY, FRIDAY = date(2026, 3, 12), date(2026, 3, 13)


async def test_two_mornings_of_real_days(house: House) -> None:
    house.telegram.people.start(ANA)
    await house.subscribe(ANA, language="en")
    await house.subscribe(LIN)
    await house.tick_at("2026-03-11 20:00", "2026-03-12 08:10", "2026-03-12 08:30")
    await house.tick_at("2026-03-13 08:10", "2026-03-13 08:30", "2026-03-13 08:31")
    english, chinese, channel = (house.texts(chat) for chat in (ANA, LIN, CHANNEL))
    assert len(english) == 2
    assert "2026-03-13" in english[-1]
    # The channel is new in the settings: the last edition comes at once.
    assert ["03-11" in channel[0], "03-12" in channel[1], "03-13" in channel[2]] == [True] * 3
    assert channel[-1] == chinese[-1]
    assert "论文日报" in chinese[-1]


async def test_what_was_listed_after_press_is_in_the_next_edition_with_its_day(
    house: House,
) -> None:
    await house.subscribe(LIN)
    await house.tick_at("2026-03-12 08:10", "2026-03-12 08:30", "2026-03-13 08:10")
    before = await house.services.store.digests.get(THURSDAY, "main")
    after = await house.services.store.digests.get(FRIDAY, "main")
    assert before is not None
    assert after is not None
    days = Counter(scored.paper.listed for scored in (*after.picks, *after.others))
    assert days[THURSDAY] > 0
    assert days[FRIDAY] > 0
    seen = {scored.paper.id for scored in (*before.picks, *before.others)}
    assert not seen & {scored.paper.id for scored in (*after.picks, *after.others)}


async def test_who_blocked_the_bot_leaves_and_the_others_have_their_morning(house: House) -> None:
    house.telegram.people.start(ANA)
    await house.subscribe(ANA)
    await house.subscribe(LIN)
    house.telegram.people.block(ANA, blocked=True)
    await house.tick_at("2026-03-12 08:10", "2026-03-12 08:30", "2026-03-12 08:31")
    gone = await house.services.store.chats.get(ANA)
    assert gone is not None
    assert gone.left_why == "blocked"
    assert len(house.texts(LIN)) == 1


async def test_push_through_telegram_sends_once(house: House) -> None:
    house.clock.now = at("2026-03-13 08:35")
    assert (await house.daily_jobs.push()).sent == 1
    assert (await house.daily_jobs.push()).sent == 0
    assert len(house.texts(CHANNEL)) == 1
