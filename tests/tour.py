"""Make the README's pictures: `python -m tests.tour docs/tour`. Needs Chromium."""

import asyncio
import sys
from pathlib import Path

from bot.demo.playground import playing
from bot.settings import Settings
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, tour, visit

CHANNEL = -1001000000001
IN_README = {"3-today", "4-deep-dive", "6-phone-dark"}


async def main(folder: Path) -> None:
    """Walk through the playground and keep the pictures the README shows."""
    async with playing(Settings(_env_file=None), port=0, stop=asyncio.Event()) as playground:
        while not playground.world.received(CHANNEL):
            await playground.world.events.bell.wait()
        async with chromium() as browser, visit(browser, playground.url) as seen:
            for picture in await tour(seen.page, folder):
                if picture.stem not in IN_README:
                    picture.unlink()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit(NO_CHROMIUM)
    asyncio.run(main(Path(sys.argv[1])))
