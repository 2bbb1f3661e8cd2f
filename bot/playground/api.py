"""`/bot{token}/{method}`: the Bot API over HTTP, with faults on demand.

The hot path of every bench: parameters are parsed by hand and answers are written once.
"""

import asyncio
import json
from secrets import compare_digest
from typing import Any

from aiohttp import web
from yarl import URL

from bot.playground.faults import Fault, FaultKind
from bot.playground.methods import METHODS, NAMES
from bot.playground.methods.params import Params
from bot.playground.refusals import NOT_FOUND, UNAUTHORIZED, Refusal, bad
from bot.playground.world import File, RecordedCall, World

Json = dict[str, Any]
ROUTE = "/bot{token}/{method}"
AFTER = (FaultKind.ANSWER_AFTER, FaultKind.DROP_AFTER, FaultKind.HANG_AFTER)
QUIET = ("getUpdates",)
"""Methods that are not worth a line in the record of calls."""


class BotApi:
    """Answers the bot's requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._token = world.bot.token.encode()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["method"]
        name = NAMES.get(asked.lower(), asked)
        record = self._world.record
        fault: Fault | None = None
        try:
            self._let_in(request.match_info["token"])
            record.requests[name] += 1
            params = Params(await _parameters(request))
            fault = self._fault(name, params)
            if fault is not None and fault.kind not in AFTER:
                return await _suffer(request, fault)
            answer = _json({"ok": True, "result": await self._call(name, params)}, 200)
        except Refusal as refusal:
            record.refused[refusal.status] += 1
            answer = _json(refusal.body, refusal.status)
        return answer if fault is None else await _suffer(request, fault)

    def _let_in(self, token: str) -> None:
        """Look at the token before the body: only the bot's is read."""
        if not compare_digest(token.encode("utf-8", "surrogatepass"), self._token):
            raise Refusal(401, UNAUTHORIZED)

    async def _call(self, name: str, params: Params) -> Any:
        method = METHODS.get(name)
        if method is None:
            raise Refusal(404, NOT_FOUND)
        if name not in QUIET:
            at = self._world.clock.timestamp()
            self._world.record.calls.append(RecordedCall(name, dict(params.values), at))
        result = method(self._world, params)
        return await result if asyncio.iscoroutine(result) else result

    def _fault(self, name: str, params: Params) -> Fault | None:
        if not self._world.faults.pending:
            return None
        chat_id = params.values.get("chat_id")
        try:
            number = None if chat_id is None else self._world.chat(params.chat()).id
        except Refusal:
            number = None
        return self._world.faults.take(name, number)


async def _parameters(request: web.Request) -> Json:
    """Return query and body together, as Telegram reads them."""
    values: Json = dict(request.query) if request.query_string else {}
    kind = request.content_type
    if not request.can_read_body:
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


async def _suffer(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind in (FaultKind.ANSWER, FaultKind.ANSWER_AFTER):
        body = fault.body.encode() if isinstance(fault.body, str) else fault.body
        kind = "text/html" if body.startswith(b"<") else "application/json"
        return web.Response(body=body, status=fault.status, content_type=kind)
    if fault.kind in (FaultKind.HANG, FaultKind.HANG_AFTER):
        # Ends with the client's patience or with the server: both cancel the handler.
        await asyncio.get_running_loop().create_future()
    if request.transport is not None:
        request.transport.close()
    raise asyncio.CancelledError
