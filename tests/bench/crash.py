"""How much a SIGKILL in the middle of a push loses or doubles: `python -m tests.bench.crash`.

Each round pushes to 300 chats and kills the process three times at random moments; then it is let
through. The server is in this process and has no limits.
"""

import argparse
import asyncio
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.playground.flood import FloodLimits
from bot.playground.world import demo_world
from tests.bench.crashes import Round, crash_round, day_outcome
from tests.servers.telegram import serve

CHATS, KILLS, RATE = 300, 3, 200.0


async def bench(rounds: int, seed: int) -> None:
    """Print each tenth round and the sum."""
    chance, results = random.Random(seed), list[Round]()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            results.append(await one(Path(folder) / f"{number}.db", chance))
            if (number + 1) % 10 == 0 or number + 1 == rounds:
                print(
                    f"rounds {len(results):3}  kills {sum(r.kills for r in results):4}"
                    f"  lost {sum(r.lost for r in results)}"
                    f"  doubled {sum(r.doubled for r in results)}"
                    f"  in flight at the kills {sum(r.in_flight for r in results)}",
                    flush=True,
                )


async def one(database: Path, chance: random.Random) -> Round:
    """Return one round."""
    world = demo_world(start=datetime.now(UTC), monotonic=time.monotonic, zone="Asia/Shanghai")
    world.flood.limits, world.knows_everyone = FloodLimits.none(), True
    async with serve(world) as url:
        kills, in_flight = await crash_round(
            url, world.bot.token, database, chats=CHATS, kills=KILLS, rate=RATE, chance=chance
        )
        received = {chat_id: len(world.received(chat_id)) for chat_id in world.chats}
        return day_outcome(received, CHATS, kills, in_flight)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    asyncio.run(bench(given.rounds, given.seed))
