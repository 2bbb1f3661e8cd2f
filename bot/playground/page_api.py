"""`/` and `/play/...`: the chat page and what it asks for. What people may not do is a 400.

Answers are JSON; a refusal is one line of plain text. Writing asks for small JSON bodies. All of
`/play/` asks for the key that `/` leaves in the browser: a route without it is open to anybody.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.playground.actions import NotAllowed, People
from bot.playground.guard import Handler, PageKey
from bot.playground.methods.profile import commands_for
from bot.playground.people import Chat, Standing, User
from bot.playground.refusals import Refusal
from bot.playground.world import World

Json = dict[str, Any]
Answer = Callable[[Json], Json]
POLL = 25
"""Seconds a page waits for events."""
MAX_BODY = 2**16
"""Bytes of what a page sends: a message is 4,096 characters."""
TYPES = {
    "html": "text/html",
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
}

PHOTOS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
"""How a picture begins, and what it is."""


class PageApi:
    """Serves the page, shows it the world and does what its user does."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._people = People(world)
        self._key = PageKey()
        self._read: dict[tuple[int, int], int] = {}
        """(user, chat) -> the newest message that was looked at."""

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._index)
        app.router.add_get(r"/page/{name:[a-z0-9_-]+\.[a-z0-9]+}", self._file)
        looks: dict[str, Handler] = {
            "state": self._state,
            "file/{file_id}": self._document,
            "photo/{file_id}": self._photo,
            "messages": self._messages,
            "events": self._events,
        }
        for name, look in looks.items():
            app.router.add_get(f"/play/{name}", self._key.needed(look))
        acts: dict[str, Answer] = {
            "send": self._send,
            "tap": self._tap,
            "open": self._open,
            "block": self._block,
            "group": self._group,
            "clock": self._clock,
        }
        for name, act in acts.items():
            app.router.add_post(f"/play/{name}", self._key.needed(_acting(act)))

    async def _index(self, request: web.Request) -> web.Response:
        page = _page_file("index.html")
        self._key.give(request, page)
        return page

    async def _file(self, request: web.Request) -> web.Response:
        return _page_file(request.match_info["name"])

    async def _document(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound(text="this file is not kept any more")
        name = quote(file.name)
        return web.Response(
            body=file.content,
            # Never as what it says it is: a page of the bot's would run here.
            content_type="application/octet-stream",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    async def _photo(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["file_id"])
        kind = next((each for sign, each in PHOTOS if file and file.content.startswith(sign)), "")
        if file is None or not kind:
            raise web.HTTPNotFound(text="no photo")
        # By its own first bytes, never as what the bot said it is.
        return web.Response(body=file.content, content_type=kind)

    async def _state(self, request: web.Request) -> web.Response:
        user_id = _number(request, "user") or next(iter(self._world.users), 1)
        user = self._world.user(user_id)
        self._world.private(user_id)
        bot = self._world.bot
        code = user.language_code
        return web.json_response(
            {
                "now": self._now(),
                "zone": self._world.zone,
                "bot": {
                    "id": bot.id,
                    "username": bot.username,
                    "name": bot.names.get(code) or bot.names[""],
                    "description": bot.descriptions.get(code) or bot.descriptions.get("", ""),
                    "commands": commands_for(self._world, user_id),
                },
                "users": [_person(known) for known in self._world.users.values()],
                "user": user_id,
                "chats": [
                    self._chat_line(user, chat)
                    for chat in self._world.chats.values()
                    if self._world.sees(user_id, chat)
                ],
                "seq": self._world.events.seq,
            }
        )

    def _chat_line(self, user: User, chat: Chat) -> Json:
        read = self._read.get((user.id, chat.id), 0)
        unread = sum(
            1
            for message_id, message in chat.messages.items()
            if message_id > read and message.get("from", {}).get("id") != user.id
        )
        line: Json = {
            "id": chat.id,
            "type": chat.type,
            "title": self._world.bot.names[""] if chat.is_private else chat.title,
            "unread": unread,
            "last": _shown(next(reversed(chat.messages.values()), None)),
            "blocked": chat.is_private and user.has_blocked,
            "member": chat.is_private or chat.bot not in ("left", "kicked"),
            "can_write": chat.type != "channel" or user.id in chat.admins,
            "topics": [{"id": topic.id, "name": topic.name} for topic in chat.topics.values()],
        }
        return line | {"username": chat.username} if chat.username else line

    async def _messages(self, request: web.Request) -> web.Response:
        user_id, chat_id = _number(request, "user"), _number(request, "chat")
        chat = self._world.chats.get(chat_id)
        if chat is None or not self._world.sees(user_id, chat):
            raise web.HTTPBadRequest(text="no such chat")
        self._read[user_id, chat_id] = chat.last_id
        shown = [_shown(message) for message in chat.messages.values()]
        return web.json_response({"messages": shown, "seq": self._world.events.seq})

    async def _events(self, request: web.Request) -> web.Response:
        user_id, after = _number(request, "user"), _number(request, "after")
        found = self._world.events_for(user_id, after)
        # Others' events wake this poll too: then it answers with none, and the page asks again.
        if not found and await self._world.events.bell.wait(POLL):
            found = self._world.events_for(user_id, after)
        for event in found:
            if "message" in event:
                event["message"] = _shown(event["message"])
        return web.json_response({"seq": self._world.events.seq, "events": found})

    def _send(self, body: Json) -> Json:
        message_id = self._people.say(
            int(body["user"]),
            str(body["text"]),
            chat_id=int(body["chat"]),
            reply_to=_optional(body, "reply_to"),
            topic=_optional(body, "topic"),
        )
        self._read[int(body["user"]), int(body["chat"])] = message_id
        return {"message_id": message_id}

    def _tap(self, body: Json) -> Json:
        query_id = self._people.tap(
            int(body["user"]), int(body["chat"]), int(body["message_id"]), str(body["data"])
        )
        return {"query": query_id}

    def _open(self, body: Json) -> Json:
        url = str(body["url"])
        chat_id = self._people.follow(int(body["user"]), url)
        return {"url": url} if chat_id is None else {"chat": chat_id}

    def _block(self, body: Json) -> Json:
        self._people.block(int(body["user"]), blocked=bool(body["blocked"]))
        return {}

    def _group(self, body: Json) -> Json:
        standing: Standing = "member" if body["member"] else "left"
        self._people.stand(int(body["user"]), int(body["chat"]), standing)
        return {}

    def _clock(self, body: Json) -> Json:
        clock = self._world.clock
        if "to" in body:
            to = datetime.fromisoformat(str(body["to"]))
            clock.move_to(to if to.tzinfo else to.replace(tzinfo=ZoneInfo(self._world.zone)))
        elif "at" in body:
            at, zone = time.fromisoformat(str(body["at"])), ZoneInfo(self._world.zone)
            clock.move_to_hour(at, days=int(body.get("days", 0)), zone=zone)
        else:
            clock.advance(timedelta(seconds=float(body["advance"])))
        self._world.events.tell("clock", now=self._now())
        return {"now": self._now()}

    def _now(self) -> str:
        return self._world.clock.now().isoformat()


def _acting(act: Answer) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="JSON, please")
        length = request.content_length
        if length is None or length > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, length or 0)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise web.HTTPBadRequest(text="an object, please")
            return web.json_response(act(body))
        except KeyError as error:
            raise web.HTTPBadRequest(text=f"{error} is missing") from None
        except _WRONG as error:
            raise web.HTTPBadRequest(text=str(error)) from None

    return handle


_WRONG = (ValueError, TypeError, OverflowError, RecursionError, NotAllowed, Refusal)


def _page_file(name: str) -> web.Response:
    file = files("bot.playground").joinpath("page", name)
    kind = TYPES.get(name.rpartition(".")[2])
    if kind is None or not file.is_file():
        raise web.HTTPNotFound
    # No cache: who changes the page sees it at the next reload.
    return web.Response(
        body=file.read_bytes(),
        content_type=kind,
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _person(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "language_code": user.language_code,
        "is_admin": user.is_admin,
    }


def _shown(message: Json | None) -> Json | None:
    if message is None:
        return None
    return message | {"play_id": f"{message['chat']['id']}:{message['message_id']}"}


def _number(request: web.Request, name: str) -> int:
    try:
        return int(request.query.get(name, "0"))
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} is a number") from None


def _optional(body: Json, name: str) -> int | None:
    value = body.get(name)
    return None if value is None else int(value)
