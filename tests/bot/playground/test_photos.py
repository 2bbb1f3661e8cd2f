"""Photos, taken and refused as Telegram does."""

import io
from typing import Any

import aiohttp
import pytest

from bot.playground import refusals
from bot.playground.world import File
from tests.bot.conftest import Telegram
from tests.pictures import bomb, drawn, saved

LIN = 1001


async def send(
    telegram: Telegram, session: aiohttp.ClientSession, photo: bytes | str, caption: str = ""
) -> dict[str, Any]:
    telegram.people.start(LIN)
    form = aiohttp.FormData({"chat_id": str(LIN), "caption": caption}, default_to_multipart=True)
    if isinstance(photo, bytes):
        form.add_field("photo", io.BytesIO(photo), filename="x.png")
    else:
        form.add_field("photo", photo)
    url = f"{telegram.base_url}{telegram.token}/sendPhoto"
    async with session.post(url, data=form) as response:
        answer: dict[str, Any] = await response.json()
    return answer


async def test_a_photo_is_sent_and_sent_again_by_its_file_id(
    telegram: Telegram, session: aiohttp.ClientSession
) -> None:
    async with session.get(telegram.url):  # which leaves the page's key in the session
        pass
    first = await send(telegram, session, saved(drawn()), "😀" * 512)
    [photo] = first["result"]["photo"]
    assert (photo["width"], photo["height"]) == (800, 400)
    again = await send(telegram, session, photo["file_id"])
    assert again["result"]["photo"] == [photo]
    async with session.get(f"{telegram.url}/play/photo/{photo['file_id']}") as response:
        assert response.content_type == "image/png"
        assert await response.read() == saved(drawn())


@pytest.mark.parametrize(
    ("photo", "caption", "said"),
    [
        (b"", "", refusals.EMPTY_FILE),
        (b"<html>", "", refusals.NOT_AN_IMAGE),
        (bomb(8_000, 3_000), "", refusals.PHOTO_DIMENSIONS),
        (saved(drawn(2_100, 100)), "", refusals.PHOTO_DIMENSIONS),
        (b"\x89PNG" + bytes(10 * 2**20), "", refusals.PHOTO_TOO_BIG),
        (saved(drawn()), "😀" * 513, refusals.CAPTION_TOO_LONG),
        ("file999", "", refusals.WRONG_FILE_ID),
        ("attach://nothing", "", refusals.NO_PHOTO),
    ],
    ids=["empty", "html", "sides", "narrow", "large", "caption", "id", "none"],
)
async def test_what_telegram_refuses_is_refused(
    telegram: Telegram, session: aiohttp.ClientSession, photo: bytes, caption: str, said: str
) -> None:
    answer = await send(telegram, session, photo, caption)
    assert answer.get("description") == said


async def test_a_file_that_is_no_picture_is_not_shown_as_one(
    telegram: Telegram, session: aiohttp.ClientSession
) -> None:
    async with session.get(telegram.url):  # which leaves the page's key in the session
        pass
    file_id = telegram.world.keep_file(File("x.png", b"<script>", "image/png"))
    async with session.get(f"{telegram.url}/play/photo/{file_id}") as response:
        assert response.status == 404
