"""What a 429 of Google's says: which quota is used up, how large it is, when to come back. No I/O.

There are four kinds (a minute's requests, a day's, a minute's input tokens, and one without
details), several may come at once, and only the details tell them apart: the text is the same. A
limit of 0 is none, it means "not in this plan"; and a quota that is not among `_KNOWN` (output
tokens, tokens a day, another method's) still says what kind it is, but its number is not one of
ours.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.models.errors import LLMNoQuota, LLMRateLimited, QuotaScope

_SEVERITY = (QuotaScope.UNKNOWN, QuotaScope.MINUTE, QuotaScope.TOKENS, QuotaScope.DAY)
_KNOWN = {
    QuotaScope.MINUTE: r"GenerateRequestsPerMinutePerProjectPerModel",
    QuotaScope.TOKENS: r"GenerateContent(?:\w+Tier)?InputTokensPerModelPerMinute",
    QuotaScope.DAY: r"GenerateRequestsPerDayPerProjectPerModel",
}
"""The quotas whose limits we keep; a plan's name may follow: "-FreeTier"."""

Violation = Mapping[str, Any]


def rate_limit(
    message: str, told: str, details: Any, retry_header: str | None
) -> LLMRateLimited | LLMNoQuota:
    """Return what a 429 says: which quota (the worst of several), their limits, when to come back.

    `message` is for our error; `told` is the provider's text, which may say limits and when.

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
    in_text = {int(limit) for limit in re.findall(r"\blimit: (\d{1,9})(?!\d|\.\d)", told)}
    if 0 in in_text or any(_value(violation) == 0 for violation in violations):
        return LLMNoQuota(message)
    scope = max(map(_scope, violations), key=_SEVERITY.index, default=QuotaScope.UNKNOWN)
    limits = _limits(violations, in_text)
    if scope is QuotaScope.DAY:
        return LLMRateLimited(message, scope=scope, limits=limits)
    delays = [
        *(_seconds(d.get("retryDelay")) for d in rpc_details if _is_type(d, "RetryInfo")),
        # RetryInfo is cut to whole seconds where the text is exact: the longer of them is right.
        *map(float, re.findall(r"retry in (\d{1,6}(?:\.\d+)?)\s*s", told)),
        _seconds(retry_header),
    ]
    delay = max((delay for delay in delays if delay is not None), default=None)
    retry_after = None if delay is None else timedelta(seconds=delay)
    return LLMRateLimited(message, scope=scope, retry_after=retry_after, limits=limits)


def _scope(violation: Violation) -> QuotaScope:
    words = f"{violation.get('quotaId', '')} {violation.get('quotaMetric', '')}".lower()
    if "perday" in words:
        return QuotaScope.DAY
    if "token" in words:
        return QuotaScope.TOKENS
    return QuotaScope.MINUTE if "perminute" in words else QuotaScope.UNKNOWN


def _limits(violations: Sequence[Violation], in_text: set[int]) -> dict[QuotaScope, int]:
    """Return the limits by scope, the lower of two."""
    limits: dict[QuotaScope, int] = {}
    for violation in violations:
        limit = _value(violation)
        if limit is None and len(violations) == len(in_text) == 1:  # else: whose would it be?
            (limit,) = in_text
        scope = _known(violation)
        if limit and scope:
            limits[scope] = min(limit, limits.get(scope, limit))
    return limits


def _known(violation: Violation) -> QuotaScope | None:
    name = str(violation.get("quotaId", ""))
    return next(
        (s for s, known in _KNOWN.items() if re.fullmatch(known + r"(?:-\w+)?", name)), None
    )


def _value(violation: Violation) -> int | None:
    """Return the limit a violation names; JSON writes 64-bit numbers as text."""
    match = re.fullmatch(r"\d{1,9}", str(violation.get("quotaValue")), re.ASCII)
    return int(match[0]) if match else None


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
