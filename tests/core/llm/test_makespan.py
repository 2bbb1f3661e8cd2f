"""A whole digest, from the shortlist to the last reading, against what the quotas allow."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.llm.quota_limits import QuotaLimits
from tests.bench.quota import (
    SERVERS,
    SETTINGS,
    SIZES,
    START,
    most_in_a_window,
    planned,
)
from tests.servers.quotas import Quotas
from tests.world import ACCOUNT, FREE, World, open_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world(START, FREE) as opened:
        yield opened


@pytest.mark.parametrize("size", SIZES, ids=[f"{size[0]} candidates" for size in SIZES])
async def test_a_digest_takes_hardly_longer_than_the_quotas_ask_for(
    world: World, size: tuple[int, int], tmp_path: Path
) -> None:
    day = await planned(world, tmp_path, SETTINGS, size)

    assert (day.scored, day.read) == size
    assert day.refusals == ()
    assert day.makespan <= 1.05 * day.bound(FREE)


async def test_the_ledger_counts_what_the_provider_counts(world: World, tmp_path: Path) -> None:
    await planned(world, tmp_path, SETTINGS, SIZES[0])

    async with world.store(tmp_path / "paperboy.db") as (store, _):
        summary = await store.calls.summary(START)

    assert {line.outcome for line in summary} == {"ok"}
    assert sum(line.calls for line in summary) == len(world.meter.arrivals)
    tokens = sum(line.usage.input_tokens for line in summary)
    assert tokens == sum(arrival.tokens for arrival in world.meter.arrivals)
    assert ACCOUNT not in str(summary)


@pytest.mark.parametrize("settings", [SETTINGS, QuotaLimits()], ids=["free key", "unlimited"])
@pytest.mark.parametrize("quotas", SERVERS.values(), ids=SERVERS)
async def test_a_server_that_allows_less_says_so_once_per_window(
    quotas: Quotas, settings: QuotaLimits, tmp_path: Path
) -> None:
    """And all is done that the day allows."""
    candidates, picks = size = SIZES[1]
    async with open_world(START, quotas) as world:
        day = await planned(world, tmp_path, settings, size)

    assert max(most_in_a_window(day.refusals).values(), default=0) <= 1
    assert day.scored == candidates
    assert day.read == min(picks, quotas.rpd - len(day.scoring))
