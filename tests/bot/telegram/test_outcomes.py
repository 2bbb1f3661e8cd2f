"""Telegram's captured refusals, through the library's own reading of them, to what we do."""

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.telegram.errors import (
    ChatMoved,
    DeliveryError,
    HeldBack,
    MayBeSent,
    MessageLost,
    MessageRefused,
    NotSent,
    RecipientGone,
    RecipientRefused,
    TopicGone,
)
from bot.telegram.outcomes import is_unchanged, outcome
from bot.telegram.request import AiohttpRequest, BrokenOff, NoAnswer, NotArrived
from tests.bot.conftest import START
from tests.conftest import Serve

CAPTURES = Path(__file__).parents[2] / "data" / "telegram"
TOKEN = "123456789:" + "t" * 35
MEANING: dict[str, type[DeliveryError]] = {
    "400_button_url_invalid": MessageRefused,
    "400_cant_parse_entities_mdv2_reserved": MessageRefused,
    "400_chat_not_found": RecipientRefused,
    "400_message_cant_be_deleted": MessageLost,
    "400_message_cant_be_edited": MessageLost,
    "400_message_not_modified_long": MessageRefused,
    "400_message_text_is_empty": MessageRefused,
    "400_message_to_delete_not_found": MessageLost,
    "400_message_to_edit_not_found": MessageLost,
    "400_message_too_long": MessageRefused,
    "400_not_enough_rights_text": RecipientRefused,
    "400_query_too_old": MessageRefused,
    "400_thread_not_found": TopicGone,
    "400_upgraded_supergroup": ChatMoved,
    "400_wrong_parameter_action_in_request": MessageRefused,
    "401_unauthorized": NotSent,
    "403_bot_blocked_by_user": RecipientGone,
    "403_bot_cant_send_messages_to_bots": RecipientRefused,
    "403_bot_not_member_channel": RecipientGone,
    "403_bot_not_member_supergroup": RecipientGone,
    "403_bot_was_kicked": RecipientGone,
    "403_cant_initiate_conversation": RecipientRefused,
    "403_kicked_supergroup": RecipientGone,
    "403_user_is_deactivated": RecipientGone,
    "404_not_found": NotSent,
    "409_conflict_other_getupdates": NotSent,
    "409_webhook_is_active": NotSent,
    "429_retry_after": HeldBack,
    "500_internal": MayBeSent,
    "502_bad_gateway": MayBeSent,
}
WHY = {
    "403_bot_blocked_by_user": "blocked",
    "403_user_is_deactivated": "deactivated",
    "403_bot_was_kicked": "kicked",
    "403_bot_not_member_channel": "kicked",
    "403_cant_initiate_conversation": "not started",
    "400_chat_not_found": "not found",
    "400_not_enough_rights_text": "no rights",
}


async def refused(serve: Serve, session: ClientSession, capture: str) -> TelegramError:
    """Return what the library makes of a captured answer."""
    [path] = CAPTURES.glob(f"{capture}.*")

    async def answer(_request: web.Request) -> web.Response:
        kind = "application/json" if path.suffix == ".json" else "text/html"
        return web.Response(body=path.read_bytes(), status=int(path.name[:3]), content_type=kind)

    url = await serve({"/{tail:.*}": answer})
    with pytest.raises(TelegramError) as caught:
        await AiohttpRequest(session).post(f"{url}/bot{TOKEN}/sendMessage")
    return caught.value


def test_every_captured_refusal_has_a_meaning() -> None:
    captured = {path.stem for path in CAPTURES.iterdir() if path.name != "SOURCES.md"}
    assert captured == set(MEANING)


@pytest.mark.parametrize("capture", MEANING)
async def test_what_a_refusal_means(serve: Serve, session: ClientSession, capture: str) -> None:
    error = await refused(serve, session, capture)
    meaning = outcome(error, START)
    assert type(meaning) is MEANING[capture]
    assert TOKEN not in str(meaning) + repr(meaning.__context__)
    if isinstance(meaning, RecipientGone | RecipientRefused) and capture in WHY:
        assert meaning.why == WHY[capture]
    if isinstance(meaning, HeldBack):
        assert meaning.until > START
    if isinstance(meaning, ChatMoved):
        assert meaning.new_id < 0
    assert is_unchanged(error) is (capture == "400_message_not_modified_long")


async def test_a_connection_that_cannot_be_made_is_surely_not_sent(
    session: ClientSession, unused_port: int
) -> None:
    with pytest.raises(NotArrived) as caught:
        await AiohttpRequest(session).post(f"http://127.0.0.1:{unused_port}/bot{TOKEN}/sendMessage")
    assert isinstance(outcome(caught.value, START), NotSent)
    assert TOKEN not in str(caught.value)


async def test_a_connection_that_breaks_afterwards_is_the_ambiguous_case(
    serve: Serve, session: ClientSession
) -> None:
    async def drop(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    url = await serve({"/{tail:.*}": drop})
    with pytest.raises(BrokenOff) as caught:
        await AiohttpRequest(session).post(f"{url}/bot{TOKEN}/sendMessage")
    assert isinstance(outcome(caught.value, START), MayBeSent)
    assert TOKEN not in str(caught.value)


async def test_so_is_no_answer_at_all_and_a_gateway_that_got_none(
    serve: Serve, session: ClientSession
) -> None:
    import asyncio

    async def hang(_request: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    async def timed_out(_request: web.Request) -> web.Response:
        return web.Response(status=504)

    for handler in (hang, timed_out):
        url = await serve({"/{tail:.*}": handler})
        request = AiohttpRequest(session, read_timeout=0.05)
        with pytest.raises(NoAnswer) as caught:
            await request.post(f"{url}/bot{TOKEN}/sendMessage")
        assert isinstance(outcome(caught.value, START), MayBeSent)
        assert TOKEN not in str(caught.value)


async def test_parameters_go_out_as_json_and_files_as_a_form(
    serve: Serve, session: ClientSession
) -> None:
    from telegram import Bot

    seen: list[tuple[str, dict[str, object]]] = []

    async def answer(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            seen.append((request.content_type, await request.json()))
        else:
            fields = await request.post()
            seen.append((request.content_type, {name: str(fields[name]) for name in fields}))
        return web.json_response({"ok": True, "result": True})

    url = await serve({"/{tail:.*}": answer})
    request: BaseRequest = AiohttpRequest(session)
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
    await bot.set_my_description("每天早上", language_code="zh")
    await bot.set_webhook("https://example.org/hook", certificate=b"a certificate")
    assert seen[0] == ("application/json", {"description": "每天早上", "language_code": "zh"})
    assert seen[1][0] == "multipart/form-data"
    assert seen[1][1]["url"] == "https://example.org/hook"


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_patience_is_counted_from_now() -> None:
    from telegram.error import RetryAfter

    meaning = outcome(RetryAfter(timedelta(seconds=7)), START)
    assert isinstance(meaning, HeldBack)
    assert meaning.until == START + timedelta(seconds=7)
