"""Errors on demand of the playground's Bot API: what networks and servers do to a client."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from aiohttp import web

from bot.playground.api import parameters
from bot.playground.methods import NAMES
from bot.playground.methods.params import Params
from bot.playground.refusals import Refusal
from bot.playground.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTML_502 = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)


class FaultKind(Enum):
    ANSWER = auto()
    """Answered with `status` and `body`; nothing was done."""
    ANSWER_AFTER = auto()
    """Carried out, and then answered with `status` and `body`: something mangled the answer."""
    DROP = auto()
    """The connection breaks before the request was looked at: nothing was done."""
    DROP_AFTER = auto()
    """The connection breaks after the request was carried out: the ambiguous case."""
    HANG = auto()
    """Nothing was done, and no answer comes."""
    HANG_AFTER = auto()
    """It was carried out, but no answer comes."""


AFTER = (FaultKind.ANSWER_AFTER, FaultKind.DROP_AFTER, FaultKind.HANG_AFTER)


@dataclass
class Fault:
    """One kind of trouble, for some requests."""

    kind: FaultKind
    method: str | None = None
    """None: any."""
    chat_id: int | None = None
    """None: any, also requests that are about no chat."""
    times: int | None = 1
    """How many more requests it hits; None: all."""
    status: int = 502
    body: str | bytes = HTML_502
    skip: int = 0
    """How many requests it lets pass first."""


@dataclass
class Faults:
    """The faults that are still to come; the oldest that fits is taken."""

    pending: list[Fault] = field(default_factory=list)
    hits: int = 0

    def add(self, fault: Fault) -> Fault:
        """Plan a fault; keep it to change or `remove` it."""
        self.pending.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Forget a fault, spent or not."""
        self.pending = [kept for kept in self.pending if kept is not fault]

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault that hits this request."""
        for fault in self.pending:
            if fault.method not in (None, method) or fault.chat_id not in (None, chat_id):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.remove(fault)
            self.hits += 1
            return fault
        return None


def suffering(world: World, faults: Faults) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return what stands before the Bot API and lets requests suffer."""

    @web.middleware
    async def suffer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not faults.pending or "method" not in request.match_info:
            return await handler(request)
        asked = request.match_info["method"]
        name = NAMES.get(asked.lower(), asked)
        fault = faults.take(name, await _chat_id(world, request))
        if fault is None:
            return await handler(request)
        if fault.kind in AFTER:
            await handler(request)
        else:
            world.record.requests[name] += 1
        return await _suffered(request, fault)

    return suffer


async def _chat_id(world: World, request: web.Request) -> int | None:
    is_form = request.content_type == "multipart/form-data"
    try:
        # The files of a form can be read only once.
        values = await request.post() if is_form else await parameters(request)
        return world.chat(Params(values).chat()).id if "chat_id" in values else None
    except Refusal:
        return None


async def _suffered(request: web.Request, fault: Fault) -> web.StreamResponse:
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
