"""Kill a push at random moments until it is through, and count what was lost or came twice."""

import asyncio
import random
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.servers.pusher import FIRST

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Round:
    """What one push, killed again and again, came to."""

    kills: int
    lost: int
    doubled: int
    in_flight: int
    """Messages on their way at the kills: begun in the ledger and not finished."""


async def crash_round(
    url: str,
    token: str,
    database: Path,
    *,
    chats: int,
    kills: int,
    rate: float,
    chance: random.Random,
) -> tuple[int, int]:
    """Push with `kills` kills in between; return the kills and what was in flight at them."""
    done = in_flight = 0
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.servers.pusher", url, token, str(database),
            "--chats", str(chats), "--rate", str(rate),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        await process.stdout.readline()
        if done == kills:
            if await process.wait():
                raise RuntimeError("the pusher failed")
            return done, in_flight
        ended = asyncio.ensure_future(process.wait())
        # Early enough that there is something left to kill it at the next time.
        await asyncio.wait({ended}, timeout=chance.uniform(0.02, 0.8 * chats / rate / kills))
        if not ended.done():
            process.kill()
            await ended
            done += 1
            in_flight += _begun(database)
        elif await ended == 0:
            return done, in_flight


def _begun(database: Path) -> int:
    query = "SELECT count(*) FROM deliveries WHERE sent_at IS NULL AND lease_until IS NOT NULL"
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(query).fetchone()[0])


def day_outcome(received: dict[int, int], chats: int, kills: int, in_flight: int) -> Round:
    """Return the round, given how many messages each chat received."""
    got = [received.get(chat_id, 0) for chat_id in range(FIRST, FIRST + chats)]
    return Round(
        kills=kills,
        lost=sum(number == 0 for number in got),
        doubled=sum(max(0, number - 1) for number in got),
        in_flight=in_flight,
    )
