"""What a 429 of Google's says: which quota is used up, and when to come back. No I/O.

There are four kinds (a minute's requests, a day's, a minute's input tokens, and one without
details), several may come at once, and only the details tell them apart: the text is the same.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.errors import LLMRateLimited, QuotaScope

_SEVERITY = (QuotaScope.UNKNOWN, QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.DAY)


def rate_limit(message: str, told: str, details: Any, retry_header: str | None) -> LLMRateLimited:
    """Return what a 429 says: which quota (the worst of several), and when to come back.

    `message` is for our error; `told` is the provider's text, which may say when.

    The RetryInfo of a per-day refusal is seconds, hours too early: it is dropped.
    """
    rpc_details = _rpc_details(details)
    violations = [
        violation
        for detail in rpc_details
        if _is_type(detail, "QuotaFailure")
        for violation in _sequence(detail.get("violations"))
        if isinstance(violation, Mapping)
    ]
    scope = max((_scope(v) for v in violations), key=_SEVERITY.index, default=QuotaScope.UNKNOWN)
    if scope is QuotaScope.DAY:
        return LLMRateLimited(message, scope=scope)
    delays = [
        *(_seconds(d.get("retryDelay")) for d in rpc_details if _is_type(d, "RetryInfo")),
        # RetryInfo is cut to whole seconds where the text is exact: the longer of them is right.
        *map(float, re.findall(r"retry in (\d{1,6}(?:\.\d+)?)\s*s", told)),
        _seconds(retry_header),
    ]
    delay = max((delay for delay in delays if delay is not None), default=None)
    retry_after = None if delay is None else timedelta(seconds=delay)
    return LLMRateLimited(message, scope=scope, retry_after=retry_after)


def _scope(violation: Mapping[str, Any]) -> QuotaScope:
    words = f"{violation.get('quotaId', '')} {violation.get('quotaMetric', '')}".lower()
    # "quotaValue": "0" = this model is not in this plan; no minute will bring it.
    if "perday" in words or str(violation.get("quotaValue", "")) == "0":
        return QuotaScope.DAY
    if "token" in words:
        return QuotaScope.TOKENS
    return QuotaScope.MINUTE if "perminute" in words else QuotaScope.UNKNOWN


def _rpc_details(details: Any) -> list[Mapping[str, Any]]:
    """Return `error.details` of a REST error, whatever else a proxy made of it."""
    error = details.get("error", details) if isinstance(details, Mapping) else None
    listed = error.get("details") if isinstance(error, Mapping) else None
    return [detail for detail in _sequence(listed) if isinstance(detail, Mapping)]


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _is_type(detail: Mapping[str, Any], name: str) -> bool:
    return str(detail.get("@type", "")).endswith(f"google.rpc.{name}")


def _seconds(text: Any) -> float | None:
    match = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)s?", text.strip()) if isinstance(text, str) else None
    return float(match[1]) if match else None
