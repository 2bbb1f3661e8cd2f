"""A loopback Gemini: answers the product's questions in the asked shape, or with given faults.

It reads what was really sent (ids from the paper tags, section ids from the document), so that an
answer fits the question. The texts are made up and say so; tests look at structure, not wisdom.
"""

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

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
KEY = "AIza-loopback-test-key-0123456789abcdef"


@dataclass
class FakeGemini:
    """`scores` by paper id (others get `default_score`); `faults` are answered first, in order."""

    scores: Mapping[str, int] = field(default_factory=dict)
    default_score: int = 20
    faults: deque[tuple[int, Any]] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    async def generate(self, request: web.Request) -> web.Response:
        """Answer `POST /v1beta/models/{model}:generateContent`."""
        if request.headers.get("x-goog-api-key") != KEY:
            return web.json_response(WRONG_KEY, status=400)
        body = await request.json()
        self.requests.append(body)
        self.models.append(request.match_info["model"])
        if self.faults:
            status, answer = self.faults.popleft()
            return web.json_response(answer, status=status)
        question = "".join(part["text"] for part in body["contents"][0]["parts"])
        schema = body["generationConfig"]["responseJsonSchema"]["properties"]
        return web.json_response(_reply(self._answer(question, schema)))

    def _answer(self, question: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        if "scores" in schema:
            return {
                "scores": [self._score(i) for i in re.findall(r'<paper id="([^"]+)">', question)]
            }
        if "contribution" in schema:
            where = re.findall(r"^\[([^\]\n]+)\]", question, re.MULTILINE)
            return {name: _statements(name, where) for name in schema}
        return {"ok": True}

    def _score(self, paper_id: str) -> dict[str, Any]:
        score = self.scores.get(paper_id, self.default_score)
        return {"id": paper_id, "score": score, "reason": f"测试理由：{paper_id} 的 flow matching"}


def _statements(name: str, where: list[str]) -> list[dict[str, str]]:
    return [
        {
            "text": f"测试模型对 {name} 部分给出的第一条中文说明。",
            "where": where[0] if where else "",
        },
        {"text": f"测试模型对 {name} 部分给出的第二条中文说明。", "where": "§99.9"},
    ]


def _reply(answer: Mapping[str, Any]) -> dict[str, Any]:
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
            "promptTokenCount": 12_000,
            "candidatesTokenCount": 1_500,
            "thoughtsTokenCount": 300,
            "totalTokenCount": 13_800,
        },
        "modelVersion": "gemini-3.8-flash",
    }


ROUTE = "/v1beta/models/{model}:generateContent"
