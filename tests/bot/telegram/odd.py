"""Answers that are not as Telegram gives them, by name: HTTP status and body."""

import json

HTML = "<html><title>403</title>Access denied by proxy</html>"


def _refusal(code: int, said: object = "x", **more: object) -> str:
    return json.dumps({"ok": False, "error_code": code, "description": said, **more})


def _waits(seconds: str) -> tuple[int, str]:
    said = '"ok":false,"error_code":429,"description":"Too Many Requests"'
    return 429, f'{{{said},"parameters":{{"retry_after":{seconds}}}}}'


def _moves(new_id: object) -> tuple[int, str]:
    said = "Bad Request: group chat was upgraded to a supergroup chat"
    return 400, _refusal(400, said, parameters={"migrate_to_chat_id": new_id})


MANGLED: dict[str, tuple[int, str | bytes]] = {
    "object": (200, "{}"),
    "list": (200, "[]"),
    "null": (200, "null"),
    "number": (200, "1e400"),
    "text": (200, '"ok"'),
    "empty": (200, ""),
    "page": (200, "<html>Welcome to the hotel</html>"),
    "cut": (200, '{"ok":true,"result":{"message_id":7,"da'),
    "not utf-8": (200, b'{"ok":true,"result":{"message_id":7,"text":"\xff\xfe"}}'),
    "utf-16": (200, '{"ok":true,"result":{"message_id":7}}'.encode("utf-16")),
    "nested": (200, '{"ok":true,"result":' + "[" * 100_000 + "]" * 100_000 + "}"),
    "huge number": (200, '{"ok":true,"result":{"message_id":' + "9" * 5000 + "}}"),
    "no result": (200, '{"ok":true}'),
    "result null": (200, '{"ok":true,"result":null}'),
    "result empty": (200, '{"ok":true,"result":{}}'),
    "result true": (200, '{"ok":true,"result":true}'),
    "result list": (200, '{"ok":true,"result":[{"message_id":7}]}'),
    "id text": (200, '{"ok":true,"result":{"message_id":"7"}}'),
    "id true": (200, '{"ok":true,"result":{"message_id":true}}'),
    "id fraction": (200, '{"ok":true,"result":{"message_id":7.5}}'),
    "id nan": (200, '{"ok":true,"result":{"message_id":NaN}}'),
    "id nought": (200, '{"ok":true,"result":{"message_id":0}}'),
    "id too big": (200, '{"ok":true,"result":{"message_id":99999999999999999999}}'),
    "ok text": (200, '{"ok":"true","result":{"message_id":7}}'),
    "ok and not": (200, '{"ok":true,"ok":false,"result":{"message_id":7}}'),
    "not ok and ok": (200, '{"ok":false,"ok":true,"result":{"message_id":7}}'),
    "id twice": (200, '{"ok":true,"result":{"message_id":7,"message_id":8}}'),
    "another chat's": (200, '{"ok":true,"result":{"message_id":7,"chat":{"id":4}}}'),
    "not ok without words": (200, '{"ok":false}'),
    "accepted": (202, "queued"),
    "no content": (204, ""),
    "ok with an error's status": (400, '{"ok":true,"result":{"message_id":7}}'),
    "400 list": (400, "[1]"),
    "400 null": (400, "null"),
    "400 without a code": (400, '{"ok":false,"description":"x","parameters":[1]}'),
    "400 description": (400, _refusal(400, ["chat not found"])),
    "403 without a code": (
        403,
        '{"ok":false,"description":"Forbidden: bot was blocked by the user"}',
    ),
    "another code": (404, _refusal(403, "Forbidden: bot was blocked by the user")),
    "502 page": (502, "<html>Bad Gateway</html>"),
    "500": (500, _refusal(500, "Internal Server Error")),
    "503 null": (503, "null"),
    "600": (500, _refusal(600, "What")),
    "500 restart": (500, _refusal(500, "Internal Server Error: restart")),
    "504": (504, ""),
    "524": (524, HTML),
}
"""Something may have been done: nobody knows."""
FOREIGN: dict[str, tuple[int, str | bytes]] = {
    "403 page": (403, HTML),
    "401 page": (401, HTML),
    "400 page": (400, "<html>Bad Request: chat not found</html>"),
    "404 page": (404, "<html>nginx</html>"),
    "403 gateway": (403, '{"message":"Forbidden: bot was blocked by the user"}'),
    "429 page": (429, "<html>Too many requests</html>"),
    "451 empty": (451, ""),
    "302": (302, ""),
    "307 page": (307, "<html>Moved to the login page</html>"),
    "404 of an API": (404, '{"error":"no such route","status":404}'),
}
"""Of a proxy, which may have handed the request on before it said so."""
UNKNOWN: dict[str, tuple[int, str | bytes]] = {
    "403 unknown": (403, _refusal(403, "Forbidden: this bot is not in fashion")),
    "403 nearly": (403, _refusal(403, "Your request was kicked by the firewall")),
    "418": (418, _refusal(418, "I'm a teapot")),
}
"""Refused as Telegram refuses, in words nobody knows."""
PASSING: dict[str, tuple[int, str | bytes]] = {
    "401": (401, _refusal(401, "Unauthorized")),
    "404": (404, _refusal(404, "Not Found")),
    "409": (409, _refusal(409, "Conflict: terminated")),
}
"""Surely not done."""
WAITS: dict[str, tuple[int, str]] = {
    f"wait {name}": _waits(value)
    for name, value in {
        "1e18": "1000000000000000000",
        "1e400": "1e400",
        "of 4000 digits": "9" * 4000,
        "nan": "NaN",
        "soon": '"soon"',
        "negative": "-5",
        "true": "true",
        "null": "null",
        "object": "{}",
        "five": "5",
        "fraction": "4.2",
        "nought": "0",
        "days": "300000",
    }.items()
} | {
    "wait no parameters": (429, _refusal(429)),
    "wait parameters list": (429, _refusal(429, parameters=[1])),
}
"""Bans of odd lengths."""
MOVES: dict[str, tuple[int, str]] = {
    f"move {name}": _moves(value)
    for name, value in {
        "x": "x",
        "nought": 0,
        "true": True,
        "huge": -(10**30),
        "positive": 10**13,
        "null": None,
        "fraction": -1.5e12,
        "group": -4001,
    }.items()
}
"""Groups that move nowhere."""
REFUSED: dict[str, tuple[int, str]] = {
    "unknown": (400, _refusal(400, "Bad Request: the moon is full")),
    "lone half": (400, '{"ok":false,"error_code":400,"description":"Bad Request: \\ud800\\u0000"}'),
    "long": (400, _refusal(400, "Bad Request: " + "very " * 100_000)),
    "parameters": (400, _refusal(400, "Bad Request: no", parameters="x")),
    "upgraded": (400, _refusal(400, "Bad Request: group chat was upgraded")),
}
"""Refusals of a message, in words nobody knows."""
