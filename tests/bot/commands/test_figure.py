"""The main figure under a deep dive, from the tap to the photo."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.playground.validate import length
from bot.render.deep_links import figure_data
from core.figures import pictures
from tests.bot.commands.conftest import PICKS, Stage, buttons_of, until
from tests.pictures import bomb, drawn, saved
from tests.servers.papers import Services

PAPER = PICKS[1]
BY = "http://creativecommons.org/licenses/by/4.0/"
OURS = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
CAPTION = "Overview of our framework: " + "an encoder, a decoder and a loss. " * 60


async def read(stage: Stage, sources: Services, licence: str | None = BY) -> dict[str, Any]:
    """Return a deep dive of a paper that has figures."""
    sources.licence, sources.picture = licence, saved(drawn(2400, 1200))
    sources.figures = ["Accuracy curves.", CAPTION]
    [message] = await stage.say(f"/paper {PAPER}")
    return await stage.becomes(message, "⏱")


async def tapped(stage: Stage, dive: dict[str, Any]) -> dict[str, Any]:
    """Tap the figure's button; return what is sent then."""
    since = len(stage.telegram.world.received(stage.speaker))
    await stage.tap(dive, "🖼")
    return (await stage.telegram.answers(stage.speaker, 1, since=since))[-1]


async def test_a_permitted_figure_is_sent_with_caption_and_credit(
    stage: Stage, sources: Services
) -> None:
    dive = await read(stage, sources)
    photo = await tapped(stage, dive)
    assert photo["reply_to_message"]["message_id"] == dive["message_id"]
    assert (photo["photo"][0]["width"], photo["photo"][0]["height"]) == (1280, 640)
    assert photo["caption"].startswith("图 2  Overview of our framework")
    assert photo["caption"].endswith(f"arXiv:{PAPER} · CC BY 4.0 · 已缩小")
    assert length(photo["caption"]) <= 1024
    links = [entity.get("url") for entity in photo["caption_entities"]]
    assert f"https://arxiv.org/abs/{PAPER}" in links
    assert "https://creativecommons.org/licenses/by/4.0/" in links
    assert not stage.telegram.world.record.mended


async def test_a_figure_is_fetched_and_uploaded_once(stage: Stage, sources: Services) -> None:
    dive = await read(stage, sources)
    first = await tapped(stage, dive)
    asked = dict(sources.requests)
    second = await tapped(stage, dive)
    assert second["photo"] == first["photo"]
    assert dict(sources.requests) == asked
    assert len(stage.telegram.world.files) == 1


async def test_a_picture_telegram_has_forgotten_is_uploaded_again(
    stage: Stage, sources: Services
) -> None:
    dive = await read(stage, sources)
    await tapped(stage, dive)
    stage.telegram.world.files.clear()
    assert (await tapped(stage, dive))["photo"]


@pytest.mark.parametrize("licence", [OURS, None])
async def test_a_figure_that_may_not_be_passed_on_is_linked_and_so_is_its_button(
    licence: str | None, stage: Stage, sources: Services
) -> None:
    dive = await read(stage, sources, licence)
    said = await tapped(stage, dive)
    assert "不能转发" in said["text"]
    [[button]] = said["reply_markup"]["inline_keyboard"]
    assert button["url"].startswith(f"https://arxiv.org/html/{PAPER}")
    assert button["url"].endswith("#S2.F2")
    assert not stage.telegram.world.files

    def linked() -> list[dict[str, Any]]:
        rows = stage.shown(dive)["reply_markup"]["inline_keyboard"]
        return [each for row in rows for each in row if each.get("url") == button["url"]]

    await until(linked)
    [again] = await stage.say(f"/paper {PAPER}")
    assert any(
        each.get("url") == button["url"]
        for row in again["reply_markup"]["inline_keyboard"]
        for each in row
    )


@pytest.mark.parametrize(
    ("picture", "for_good"),
    [(b"<html>Sign in", False), (bomb(), True), (saved(drawn())[:300], False)],
)
async def test_a_picture_that_is_none_is_linked_for_today_and_one_that_is_no_good_for_good(
    picture: bytes, for_good: bool, stage: Stage, sources: Services
) -> None:
    dive = await read(stage, sources)
    sources.picture = picture
    assert "不能转发" in (await tapped(stage, dive))["text"]
    paper = await stage.core.store.papers.get(PAPER)
    assert paper is not None
    left_out = await stage.core.figures.known(paper)
    assert left_out is not None
    assert left_out.is_provisional is not for_good


async def test_a_paper_without_figures_says_so_and_loses_the_button(
    stage: Stage, sources: Services
) -> None:
    dive = await read(stage, sources)
    sources.figures = []
    assert "带图的 HTML 版" in (await tapped(stage, dive))["text"]
    await until(lambda: not any("🖼" in label for label in buttons_of(stage.shown(dive))))


async def test_an_arxiv_that_is_down_is_named_and_the_button_works_later(
    stage: Stage, sources: Services
) -> None:
    async def down(_: web.Request) -> web.Response:
        return web.Response(status=403)

    dive = await read(stage, sources)
    sources.faults["/arxiv/oai2"] = down
    assert "暂时没有响应" in (await tapped(stage, dive))["text"]
    sources.faults.clear()
    assert (await tapped(stage, dive))["photo"]


async def test_a_paper_read_from_its_abstract_has_no_figure_button(
    stage: Stage, sources: Services
) -> None:
    sources.has_html = False
    [message] = await stage.say(f"/paper {PAPER}")
    dive = await stage.becomes(message, "⏱")
    assert not any("🖼" in label for label in buttons_of(dive))


async def test_a_button_of_an_unknown_paper_has_expired(stage: Stage, sources: Services) -> None:
    dive = await read(stage, sources)
    answered = await stage.tap_data(dive, figure_data("2001.00001"))
    assert "已过期" in answered["text"]


async def test_a_decoder_that_dies_costs_the_picture_for_today_only(
    stage: Stage, sources: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> tuple[int, bytes]:
        return -9, b""

    dive = await read(stage, sources)
    monkeypatch.setattr(pictures, "run_apart", killed)
    assert "没有一张能发的图" in (await tapped(stage, dive))["text"]
    paper = await stage.core.store.papers.get(PAPER)
    assert paper is not None
    left_out = await stage.core.figures.known(paper)
    assert left_out is not None
    assert left_out.is_provisional
    [lost] = await stage.core.store.fetches.stopped(stage.core.now() - timedelta(days=1))
    assert (lost.work, lost.reason) == ("a figure's picture", "decoding ended with code -9")
