"""What was made by another version of the program and can be made again is passed over."""

import sqlite3
from contextlib import closing
from pathlib import Path

from core.store import open_store
from tests.core.store.conftest import Clock
from tests.core.store.papers.test_analyses import KEY
from tests.core.store.samples import NOON, analysis, document, paper


async def test_an_unreadable_reading_or_text_is_as_if_there_were_none(
    path: Path, url: str, clock: Clock
) -> None:
    async with open_store(url, now=clock) as store:
        await store.papers.put([paper()])
        await store.analyses.put(analysis(), KEY)
        await store.texts.put(document(), version=1, at=NOON)
        with closing(sqlite3.connect(path)) as other:
            other.execute('UPDATE analyses SET json = \'{"mood": "good"}\'')
            other.execute('UPDATE texts SET json = \'{"mood": "good"}\'')
            other.commit()
        assert await store.analyses.get(KEY, [analysis().model]) is None
        assert await store.analyses.latest(KEY, unless="extract") is None
        assert await store.analyses.headlines([KEY.paper_id], "zh") == {}
        assert await store.texts.get(KEY.paper_id, 1) is None
        found = await store.search.find("deblurring", limit=5)
        assert [one.id for one in found.hits] == [paper().id]

        await store.analyses.put(analysis(), KEY)
        assert await store.analyses.get(KEY, [analysis().model]) == analysis()
