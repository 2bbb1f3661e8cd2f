"""A loopback Gemini: answers the product's questions in the asked shape, or with given faults.

It reads what was really sent (ids from the paper tags, section ids from the document), so that an
answer fits the question. The texts are made up and say so; tests look at structure, not wisdom.

Given a `Meter` it enforces quotas; given `pause` it takes its (simulated) time; `troubles` are
faults by model, by number and by time of day.
"""

import json
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.servers.quotas import Meter, body_of, captured, tokens_of

WRONG_KEY = {
    "error": {
        "code": 400,
        "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT",
        "details": [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
        ],
    }
}
ANSWER = "测试模型对问题给出的中文回答。"
HEADLINE = "四步就能恢复真实照片"
TAKEAWAY = "测试模型按读者的关注点给出的建议。"
KEY = "AIza-loopback-test-key-0123456789abcdef"


LONG_AGO, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
AN_HOUR = 3600.0


@dataclass
class Trouble:
    """Requests that are not answered as they should be."""

    status: int | None
    """None: no answer at all, for an hour. Such a request counts against the quotas."""
    answer: Any = None
    model: str | None = None
    """None: any."""
    times: int = 1_000_000
    """How many more requests it hits."""
    start: datetime = LONG_AGO
    end: datetime = NEVER


async def _no_pause(_question: str, _seconds: float) -> None:
    """Take no time."""


@dataclass
class FakeGemini:
    """`scores` by paper id (others get `default_score`); `faults` are answered first, in order.

    `requests` and `models` are all questions that came, answered or not.
    """

    scores: Mapping[str, int] = field(default_factory=dict)
    default_score: int = 20
    faults: deque[tuple[int, Any]] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    counted: list[dict[str, Any]] = field(default_factory=list)
    """Requests to count tokens; they cost no quota."""
    troubles: list[Trouble] = field(default_factory=list)
    """Looked at after `faults`; those bound to times need a `meter`, which has the clock."""
    meter: Meter | None = None
    meant: Mapping[str, Any] = field(default_factory=dict)
    """What readers' own words mean."""
    at_length: str = ""
    """Added to each statement of a reading."""
    contradicted: str = ""
    """A second look contradicts the statements with these words."""
    latency: Callable[[Mapping[str, Any]], float] = lambda _: 0.0
    """Seconds an answer to this body takes."""
    overhead: float = 0.0
    """Seconds everything else takes: a refusal, a count."""
    pause: Callable[[str, float], Awaitable[None]] = _no_pause
    """Waits, on behalf of the question with this text (`SimClock.rest_for_question`)."""

    async def generate(self, request: web.Request) -> web.Response:
        """Answer `POST /v1beta/models/{model}:generateContent` and `:countTokens`."""
        if request.headers.get("x-goog-api-key") != KEY:
            return web.json_response(WRONG_KEY, status=400)
        body = await request.json()
        if request.match_info["verb"] == "countTokens":
            return await self._count(body)
        self.requests.append(body)
        self.models.append(request.match_info["model"])
        status, answer, seconds = self._reply(request.match_info["model"], body)
        await self.pause(_text(body), seconds)
        return web.json_response(answer, status=status)

    async def _count(self, body: dict[str, Any]) -> web.Response:
        self.counted.append(body)
        await self.pause(_text(body), self.overhead)
        return web.json_response({"totalTokens": tokens_of(body)})

    def _reply(self, model: str, body: Mapping[str, Any]) -> tuple[int, Any, float]:
        """Return status, answer and seconds; the decision falls on arrival."""
        if self.faults:
            return *self.faults.popleft(), self.overhead
        trouble = self._trouble(model)
        if trouble is not None and trouble.status is not None:
            return trouble.status, trouble.answer, self.overhead
        if self.meter is not None and (refusal := self.meter.knock(model, tokens_of(body))):
            return 429, body_of(refusal), self.overhead
        if trouble is not None:
            return 504, captured("504_deadline"), AN_HOUR
        tokens = 12_000 if self.meter is None else tokens_of(body)
        schema = body["generationConfig"]["responseJsonSchema"]["properties"]
        return 200, _envelope(self.answer(_text(body), schema), tokens), self.latency(body)

    def _trouble(self, model: str) -> Trouble | None:
        now = LONG_AGO if self.meter is None else self.meter.now()
        for trouble in self.troubles:
            meant = trouble.model in (None, model) and trouble.start <= now < trouble.end
            if meant and trouble.times:
                trouble.times -= 1
                return trouble
        return None

    def answer(self, question: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question in the shape of a schema's properties."""
        if "scores" in schema:
            return {
                "scores": [self._score(i) for i in re.findall(r'<paper id="([^"]+)">', question)]
            }
        where = re.findall(r"^\[([^\]\n]+)\]", question, re.MULTILINE)
        if "contribution" in schema:
            quotes = _quotes(question)
            empty = {key: list[Any]() for key in ("equation", "results", "data", "compute")}
            said = {
                "headline": [{"text": HEADLINE, "quotes": quotes[:1]}],
                "conclusion": [{"advice": "skim", "why": "只看方法一节就够"}],
            }
            return (
                {
                    name: _statements(name, where, quotes, self.at_length)
                    for name in schema
                    if name not in empty
                }
                | said
                | empty
            )
        if "statements" in schema:
            asks = "<wish>" in question
            quoted = {"text": ANSWER, "quote": _quotes(question)[0], "where": ""}
            return {"statements": [quoted] if asks else []}
        if "judgements" in schema:
            return {"judgements": list(_judgements(question, self.contradicted))}
        if "points" in schema:
            return {"points": [{"text": TAKEAWAY, "where": where[0] if where else ""}]}
        if "meanings" in schema:
            return dict(self.meant)
        return {"ok": True}

    def _score(self, paper_id: str) -> dict[str, Any]:
        score = self.scores.get(paper_id, self.default_score)
        return {"id": paper_id, "score": score, "reason": "测试理由：以 flow matching 为主"}


def _text(body: Mapping[str, Any]) -> str:
    """Return the question: what is asked, without the system's part."""
    return "".join(part["text"] for part in body["contents"][0]["parts"])


def _quotes(question: str) -> list[str]:
    """Return two sentences of the document in a question."""
    document = question.rsplit("<document>", 1)[-1].split("</document>")[0]
    sentences = [
        sentence
        for paragraph in document.split("\n")
        if not paragraph.startswith(("[", "|"))
        for sentence in re.split(r"(?<=[.。])\s+", paragraph)
        if 30 < len(sentence) < 300 and "$" not in sentence and "[" not in sentence
    ]
    return (sentences or [" ".join(document.split()[:30])])[:2]


def _judgements(question: str, contradicted: str) -> Iterator[dict[str, Any]]:
    """Yield that each statement is supported, but those that have `contradicted` in them."""
    claims = question.rsplit("<claims>", 1)[-1].split("</claims>")[0]
    for note in re.split(r"^(?=\[\d+\])", claims, flags=re.MULTILINE):
        number = re.match(r"\[(\d+)\]", note)
        quote = re.search(r"^  from [^\n]*?: (.+)$", note, re.MULTILINE)
        if number is None:
            continue
        words = quote[1] if quote else _quotes(question)[0]
        is_wrong = bool(contradicted) and contradicted in note
        verdict = "contradicted" if is_wrong else "supported"
        yield {"number": int(number[1]), "verdict": verdict, "words": words, "correction": ""}


def _statements(
    name: str, where: list[str], quotes: list[str], at_length: str
) -> list[dict[str, str]]:
    return [
        {
            "text": f"测试模型对 {name} 部分给出的第一条中文说明。{at_length}",
            "quote": quotes[0],
            "where": where[0] if where else "",
        },
        {
            "text": f"测试模型对 {name} 部分给出的第二条中文说明。{at_length}",
            "quote": quotes[-1],
            "where": "§99.9",
        },
    ]


def _envelope(answer: Mapping[str, Any], input_tokens: int) -> dict[str, Any]:
    return {
        "candidates": [
            {
                "content": {
                    "role": "model",
                    "parts": [{"text": json.dumps(answer, ensure_ascii=False)}],
                },
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": input_tokens,
            "candidatesTokenCount": 1_500,
            "thoughtsTokenCount": 300,
            "totalTokenCount": input_tokens + 1_800,
        },
        "modelVersion": "gemini-3.8-flash",
    }


ROUTE = "/v1beta/models/{model}:{verb:generateContent|countTokens}"


@asynccontextmanager
async def serving_gemini(gemini: FakeGemini) -> AsyncIterator[str]:
    """Serve on a free loopback port; give the base URL."""
    app = web.Application(client_max_size=2**23)
    app.router.add_post(ROUTE, gemini.generate)
    # Without cancellation a handler would sleep on, long after its client has given up.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
