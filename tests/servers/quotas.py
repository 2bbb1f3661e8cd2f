"""Quotas as Google counts them, and the 429s it answers with when one is used up.

This is the other side of `core.llm.quota`, written from what was seen of Google and sharing nothing
with it, so that one can be wrong without the other. Requests count when they arrive and are let in;
refused ones count nowhere. Of the bodies' traps none is left out: RetryInfo is cut to whole
seconds (obeying it alone comes too early), and the one of a used-up day speaks of seconds too.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

DATA = Path(__file__).parents[1] / "data" / "gemini"
PACIFIC = ZoneInfo("America/Los_Angeles")
WINDOW = timedelta(seconds=60)

MINUTE, TOKENS, DAY = "minute", "tokens", "day"
_BODIES = {MINUTE: "429_per_minute", TOKENS: "429_input_tokens", DAY: "429_per_day"}


@dataclass(frozen=True)
class Quotas:
    """What one model allows; 0 = unlimited."""

    rpm: int = 0
    tpm: int = 0
    rpd: int = 0


@dataclass(frozen=True)
class Arrival:
    """A request that was let in."""

    at: datetime
    model: str
    tokens: int


@dataclass(frozen=True)
class Refusal:
    """A request that was not."""

    at: datetime
    model: str
    kind: str
    """The worst of the quotas it would have broken."""
    limits: Mapping[str, int]
    """All of them."""
    wait: timedelta
    """Until it would be let in; of a day's quota a time that means nothing, as with Google."""


@dataclass
class Meter:
    """Lets requests in, or not."""

    now: Callable[[], datetime]
    quotas: dict[str, Quotas] = field(default_factory=dict)
    """By model."""
    default: Quotas = Quotas()
    arrivals: list[Arrival] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def knock(self, model: str, tokens: int) -> Refusal | None:
        """Let a request in, or return why not."""
        now, quotas = self.now(), self.quotas.get(model, self.default)
        waits = dict(self._waits(model, tokens, quotas, now))
        if not waits:
            self.arrivals.append(Arrival(now, model, tokens))
            return None
        limits = {MINUTE: quotas.rpm, TOKENS: quotas.tpm, DAY: quotas.rpd}
        kind = next(kind for kind in (DAY, TOKENS, MINUTE) if kind in waits)
        refusal = Refusal(
            now, model, kind, {kind: limits[kind] for kind in waits}, max(waits.values())
        )
        self.refusals.append(refusal)
        return refusal

    def _waits(
        self, model: str, tokens: int, quotas: Quotas, now: datetime
    ) -> Iterator[tuple[str, timedelta]]:
        """Give every quota the request would break, with the time until it would not."""
        mine = [arrival for arrival in self.arrivals if arrival.model == model]
        recent = [arrival for arrival in mine if arrival.at > now - WINDOW]
        if quotas.rpm and len(recent) >= quotas.rpm:
            yield MINUTE, recent[-quotas.rpm].at + WINDOW - now
        excess = sum(arrival.tokens for arrival in recent) + tokens - quotas.tpm
        if quotas.tpm and excess > 0:
            yield TOKENS, _until_fewer(recent, excess, now)
        today = now.astimezone(PACIFIC).date()
        if quotas.rpd:
            used = sum(arrival.at.astimezone(PACIFIC).date() == today for arrival in mine)
            if used >= quotas.rpd:
                yield DAY, timedelta(seconds=38.2)


def _until_fewer(recent: list[Arrival], excess: int, now: datetime) -> timedelta:
    """Return when the window has lost `excess` tokens; a minute when it never will have."""
    for arrival in recent:
        excess -= arrival.tokens
        if excess <= 0:
            return arrival.at + WINDOW - now
    return WINDOW


def body_of(refusal: Refusal) -> dict[str, Any]:
    """Return the captured body of such a refusal, with this one's numbers."""
    body = copy.deepcopy(captured(_BODIES[refusal.kind]))
    error = body["error"]
    filled = [_violation(kind, limit, refusal.model) for kind, limit in refusal.limits.items()]
    failure, retry = _detail(error, "QuotaFailure"), _detail(error, "RetryInfo")
    failure["violations"] = filled
    seconds = refusal.wait.total_seconds()
    retry["retryDelay"] = f"{int(seconds)}s"
    opening, listing, _ = error["message"].partition("\n* ")
    if listing:  # Google's text about input tokens names neither limits nor a time
        lines = [
            f"\n* Quota exceeded for metric: {violation['quotaMetric']}, "
            f"limit: {violation['quotaValue']}, model: {refusal.model}"
            for violation in filled
        ]
        exact = f"{seconds:.9f}".rstrip("0").rstrip(".")
        error["message"] = f"{opening}{''.join(lines)}\nPlease retry in {exact}s."
    return body


def _violation(kind: str, limit: int, model: str) -> dict[str, Any]:
    (violation,) = _detail(captured(_BODIES[kind])["error"], "QuotaFailure")["violations"]
    dimensions = {**violation["quotaDimensions"], "model": model}
    return {**violation, "quotaDimensions": dimensions, "quotaValue": str(limit)}


def _detail(error: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(d for d in error["details"] if d["@type"].endswith(f"rpc.{name}"))
    return found


def captured(name: str) -> dict[str, Any]:
    """Return a captured body."""
    body: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return body


def tokens_of(body: Mapping[str, Any]) -> int:
    """Return a request's input tokens: four bytes of UTF-8 each, near to what Gemini counts."""
    inner = body.get("generateContentRequest", body)
    contents = [*inner.get("contents", ()), inner.get("systemInstruction") or {}]
    texts = (part.get("text", "") for content in contents for part in content.get("parts", ()))
    return ceil(sum(len(text.encode()) for text in texts) / 4)
