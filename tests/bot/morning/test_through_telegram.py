"""A morning of the bundled days, through the real services and courier, to a Telegram."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
from telegram.ext import ExtBot

from bot.administrators import Administrators
from bot.app import Services, open_services
from bot.delivery.courier import Courier
from bot.demo.replay import load_days, serve_days
from bot.morning.assembly import assemble
from bot.morning.morning import Morning
from bot.render.message import Message
from bot.settings import Settings
from bot.telegram.outbox import Address, Outbox
from bot.telegram.pace import Pace
from bot.telegram.request import AiohttpRequest
from core.store.chats import Chat, ChatKind
from tests.bot.conftest import Telegram
from tests.bot.morning.world import Clock, at
from tests.databases import fresh

DAYS = load_days()
LIN, ANA, CHANNEL = 1001, 1002, -1001000000001
THURSDAY, FRIDAY = date(2026, 3, 12), date(2026, 3, 13)


@dataclass
class House:
    """What is open."""

    services: Services
    morning: Morning
    clock: Clock
    telegram: Telegram

    async def subscribe(self, chat_id: int, **choices: Any) -> None:
        """Let somebody join now."""
        values: dict[str, Any] = {
            "kind": ChatKind.PRIVATE,
            "language": "zh",
            "at": time(8, 30),
            "zone": "Asia/Shanghai",
            "joined_at": self.clock(),
        }
        await self.services.store.chats.join(Chat(chat_id=chat_id, **(values | choices)))

    async def tick_at(self, *moments: str) -> None:
        """Let the morning run at these moments in Shanghai."""
        for moment in moments:
            self.clock.now = at(moment)
            await self.morning.tick()

    def texts(self, chat_id: int) -> list[str]:
        """Return what the bot sent to a chat."""
        return [message["text"] for message in self.telegram.world.received(chat_id)]


@pytest.fixture
async def house(telegram: Telegram, tmp_path: Path) -> AsyncIterator[House]:
    clock = Clock(at("2026-03-11 20:00"))
    telegram.people.start(LIN)
    async with serve_days(DAYS, clock) as url, aiohttp.ClientSession() as session:
        settings = Settings(_env_file=None).model_copy(
            update={
                "hf_endpoint": f"{url}/hf",
                "arxiv_endpoint": f"{url}/arxiv",
                "gemini_api_key": None,
                "telegram_channel_ids": ("@cv_daily",),
                "database_url": fresh(tmp_path),
            }
        )
        async with (
            open_services(
                settings, now=clock, arxiv_interval=timedelta(0), sleep=clock.sleep
            ) as services,
            ExtBot(
                telegram.token,
                telegram.base_url,
                request=AiohttpRequest(session),
                rate_limiter=Pace(
                    rate=1000,
                    bans=services.store.floods,
                    now=clock,
                    clock=lambda: clock().timestamp() + monotonic(),
                ),
            ) as bot,
        ):
            outbox = Outbox(bot, now=clock)

            async def tell(admin: int, message: Message) -> None:
                await outbox.send(Address(admin), message)

            async def resolve(handle: str) -> int:
                return int((await bot.get_chat(handle)).id)

            morning = assemble(
                services,
                courier=Courier(store=services.store, outbox=outbox, now=clock),
                username=bot.username,
                resolve=resolve,
                administrators=Administrators(services.store, (), tell, clock),
                sleep=clock.sleep,
            )
            yield House(services, morning, clock, telegram)


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
    assert (await house.morning.push()).sent == 1
    assert (await house.morning.push()).sent == 0
    assert len(house.texts(CHANNEL)) == 1
