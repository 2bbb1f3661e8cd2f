"""`/bot{token}/{method}`: the Bot API over HTTP.

The hot path of every bench: parameters are parsed by hand and answers are written once.
"""

import asyncio
import json
from collections.abc import Mapping
from secrets import compare_digest
from typing import Any

from aiohttp import web
from yarl import URL

from bot.playground.methods import METHODS, NAMES, Method
from bot.playground.methods.params import Params
from bot.playground.refusals import NOT_FOUND, UNAUTHORIZED, Refusal, bad
from bot.playground.world import File, RecordedCall, World

Json = dict[str, Any]
ROUTE = "/bot{token}/{method}"
QUIET = ("getUpdates",)
"""Methods that are not worth a line in the record of calls."""


class BotApi:
    def __init__(self, world: World, methods: Mapping[str, Method] = METHODS) -> None:
        self._world = world
        self._methods = methods
        self._token = world.bot.token.encode()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["method"]
        name = NAMES.get(asked.lower(), asked)
        record = self._world.record
        try:
            self._let_in(request.match_info["token"])
            record.requests[name] += 1
            params = Params(await parameters(request))
            return _json({"ok": True, "result": await self._call(name, params)}, 200)
        except Refusal as refusal:
            record.refused[refusal.status] += 1
            return _json(refusal.body, refusal.status)

    def _let_in(self, token: str) -> None:
        """Look at the token before the body: only the bot's is read."""
        if not compare_digest(token.encode("utf-8", "surrogatepass"), self._token):
            raise Refusal(401, UNAUTHORIZED)

    async def _call(self, name: str, params: Params) -> Any:
        method = self._methods.get(name)
        if method is None:
            raise Refusal(404, NOT_FOUND)
        if name not in QUIET:
            at = self._world.clock.timestamp()
            self._world.record.calls.append(RecordedCall(name, dict(params.values), at))
        result = method(self._world, params)
        return await result if asyncio.iscoroutine(result) else result


async def parameters(request: web.Request) -> Json:
    """Return query and body together, as Telegram reads them."""
    values: Json = dict(request.query) if request.query_string else {}
    kind = request.content_type
    if not request.body_exists:
        return values
    if kind == "multipart/form-data":
        form = await request.post()
        return values | {
            name: value if isinstance(value, str) else _file(value) for name, value in form.items()
        }
    body = await request.read()
    if kind == "application/json":
        return values | _object(body)
    return values | _form(body)


def _file(field: bytes | bytearray | web.FileField) -> File:
    if isinstance(field, web.FileField):
        return File(field.filename, field.file.read(), field.content_type)
    return File("file", bytes(field), "application/octet-stream")


def _form(body: bytes) -> Json:
    """Return a form's fields; yarl reads one ten times as fast as `urllib.parse`."""
    try:
        return dict(URL.build(query_string=body.decode("ascii"), encoded=True).query)
    except UnicodeDecodeError:
        raise bad("can't parse the form") from None


def _object(body: bytes) -> Json:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise bad("can't parse request JSON object")
    return values


def _json(value: Json, status: int) -> web.Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        body=body.encode("utf-8", "surrogatepass"), status=status, content_type="application/json"
    )
