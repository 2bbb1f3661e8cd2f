"""A loopback server of OpenAI's protocol, in the shapes several real ones have.

It answers the product's questions as `FakeGemini` does, and refuses as the real ones were seen to:
the bodies below are those of OpenAI, DeepSeek, DashScope, Moonshot, Ollama, vLLM and OpenRouter, as
their users quoted them in public issues.
"""

import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.gemini import FakeGemini

KEY = "sk-loopback0test0key0123456789abcdef"
Refusal = tuple[int, Any, Mapping[str, str]]
"""Status, body (text as it is, anything else as JSON), headers."""


def refusal(status: int, message: str, kind: str | None = None, code: Any = None) -> Refusal:
    """Return an error in OpenAI's own form."""
    error = {"message": message, "type": kind, "param": None, "code": code}
    return status, {"error": error}, {}


WRONG_KEY = refusal(
    401,
    f"Incorrect API key provided: {KEY[:8]}****cdef. You can find your API key at https://...",
    "invalid_request_error",
    "invalid_api_key",
)
NO_MONEY = {
    "deepseek": refusal(402, "Insufficient Balance", "unknown_error", "invalid_request_error"),
    "openai": refusal(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    "dashscope": refusal(
        400,
        "Access denied, please make sure your account is in good standing.",
        "Arrearage",
        "Arrearage",
    ),
    "moonshot": refusal(
        429,
        "Your account is suspended due to insufficient balance, please recharge your account",
        "exceeded_current_quota_error",
    ),
}
GONE = {
    "openai": refusal(
        404,
        "The model `gpt-x` does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found",
    ),
    "deepseek": refusal(400, "Model Not Exist", "invalid_request_error", "invalid_request_error"),
    "ollama": refusal(404, 'model "qwen3" not found, try pulling it first', "api_error"),
    "vllm": (
        404,
        {
            "object": "error",
            "message": "The model `x` does not exist.",
            "type": "NotFoundError",
            "param": None,
            "code": 404,
        },
        {},
    ),
}
TOO_LONG = {
    "openai": refusal(
        400,
        "This model's maximum context length is 16384 tokens. However, your messages resulted in"
        " 122946 tokens. Please reduce the length of the messages.",
        "invalid_request_error",
        "context_length_exceeded",
    ),
    "vllm": (
        400,
        {
            "object": "error",
            "message": "This model's maximum context length is 16384 tokens. However, your request"
            " has 20000 input tokens. Please reduce the length of the input messages.",
            "type": "BadRequestError",
            "code": 400,
        },
        {},
    ),
}
FILTERED = {
    "deepseek": refusal(400, "Content Exists Risk", "invalid_request_error"),
    "dashscope": refusal(
        400, "Input data may contain inappropriate content.", None, "data_inspection_failed"
    ),
}
NO_SCHEMA = refusal(
    400,
    "This response_format type is unavailable now",
    "invalid_request_error",
    "invalid_request_error",
)
JSON_UNSAID = refusal(
    400,
    "<400> InternalError.Algo.InvalidParameter: 'messages' must contain the word 'json' in some"
    " form, to use 'response_format' of type 'json_object'.",
    "invalid_request_error",
    "invalid_parameter_error",
)
NEW_NAME = refusal(
    400,
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
    " 'max_completion_tokens' instead.",
    "invalid_request_error",
    "unsupported_parameter",
)
TOO_MUCH_ROOM = refusal(
    400,
    "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
    "invalid_request_error",
    "invalid_request_error",
)
FORMS = ("json_schema", "json_object", "text")


def bare(text: str) -> dict[str, Any]:
    """Return a message that is its text."""
    return {"role": "assistant", "content": text}


@dataclass
class FakeOpenAI:
    """`faults` are answered first, in order; `requests` are all that came."""

    brain: FakeGemini = field(default_factory=FakeGemini)
    """What it answers."""
    key: str | None = KEY
    """None: it asks for none."""
    forms: Collection[str] = FORMS
    """What it takes as a `response_format`."""
    message: Callable[[str], dict[str, Any]] = bare
    """How it puts an answer's text."""
    finish: str = "stop"
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 9_000, "completion_tokens": 700}
    )
    faults: deque[Refusal] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    async def complete(self, request: web.Request) -> web.Response:
        """Answer `POST /chat/completions`."""
        body = await request.json()
        self.requests.append(body)
        self.headers.append(request.headers)
        if self.faults:
            return response(self.faults.popleft())
        if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
            return response(WRONG_KEY)
        form = body.get("response_format", {"type": "text"})["type"]
        said = " ".join(message["content"] for message in body["messages"])
        if form not in self.forms:
            return response(NO_SCHEMA)
        if form == "json_object" and "json" not in said.lower():
            return response(JSON_UNSAID)
        return web.json_response(self._completion(body, form))

    def _completion(self, body: Mapping[str, Any], form: str) -> dict[str, Any]:
        *system, question = (message["content"] for message in body["messages"])
        if form == "json_schema":
            schema = body["response_format"]["json_schema"]["schema"]
        else:
            schema = json.loads(system[0].rpartition("schema:\n")[2])
        answer = self.brain.answer(question, schema["properties"])
        message = self.message(json.dumps(answer, ensure_ascii=False))
        completion = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": f"{body['model']}-2026",
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish}],
        }
        return completion | ({"usage": self.usage} if self.usage is not None else {})


def response(fault: Refusal) -> web.Response:
    """Return a refusal as a server sends it."""
    status, body, headers = fault
    if isinstance(body, str):
        kind = "text/html" if body.startswith("<") else "text/plain"
        return web.Response(status=status, text=body, content_type=kind, headers=headers)
    return web.json_response(body, status=status, headers=headers)


@asynccontextmanager
async def serving_openai(server: FakeOpenAI) -> AsyncIterator[str]:
    """Serve on a free loopback port; give the base URL."""
    app = web.Application(client_max_size=2**23)
    app.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/v1"
    finally:
        await runner.cleanup()
