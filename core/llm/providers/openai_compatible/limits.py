"""What a 429 says: which quota is used up, how large it is, when to come back. No I/O.

A day's limit is often a bucket that fills all the time: "requests per day ... try again in 8.64s".
Then it is not the day that is over. Times come as seconds ("20"), as "7m12s" or "120ms", in
headers or in the text; dates are left alone, since their clock is not ours.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from core.models.errors import LLMRateLimited, QuotaScope

_SCOPES = (
    (QuotaScope.DAY, re.compile(r"(?:per|by)[ _-]?day|per 86400|\bRPD\b|\bTPD\b|daily", re.I)),
    (QuotaScope.TOKENS, re.compile(r"tokens per min|\bTPM\b|token rate|allocated quota", re.I)),
    (QuotaScope.MINUTE, re.compile(r"requests per min|\bRPM\b|per-?minute|request rate", re.I)),
)
_OURS = (QuotaScope.MINUTE, QuotaScope.TOKENS)
_REQUESTS_A_DAY = re.compile(r"requests per day|\bRPD\b", re.I)
_LIMIT = re.compile(r"\blimit:? (\d{1,9})\b", re.I)
_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,9})?"
_PART = rf"({_NUMBER}) ?(ms|seconds?|minutes?|hours?|s|m|h|d)(?![a-z])"
_TIME = re.compile(rf"{_NUMBER}|(?:{_PART} ?){{1,4}}", re.I)
_PARTS = re.compile(_PART, re.I)
_IN_TEXT = re.compile(
    rf"(?:try again|retry) (?:in|after) ((?:{_NUMBER} ?[a-z]{{0,7}}){{1,4}})", re.I
)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
SOON = timedelta(minutes=2)
"""A day's quota that is back so soon is no day's."""


def rate_limit(message: str, said: str, headers: Mapping[str, str]) -> LLMRateLimited:
    """Return what a 429 says; `message` is for our error, `said` is the server's text."""
    scope = next((s for s, words in _SCOPES if words.search(said)), QuotaScope.UNKNOWN)
    wait = next(_waits(said, headers, scope), None)
    stated = _LIMIT.search(said)
    limits = {}
    if stated and int(stated[1]) and (scope in _OURS or _REQUESTS_A_DAY.search(said)):
        limits = {scope: int(stated[1])}
    if scope is QuotaScope.DAY:
        if wait is None or wait > SOON:
            return LLMRateLimited(message, scope=scope, limits=limits)
        scope = QuotaScope.UNKNOWN
    return LLMRateLimited(message, scope=scope, retry_after=wait, limits=limits)


def _waits(said: str, headers: Mapping[str, str], scope: QuotaScope) -> Iterator[timedelta]:
    """Yield the times that are told, the most exact first."""
    texts = [
        f"{headers['retry-after-ms']}ms" if "retry-after-ms" in headers else None,
        headers.get("retry-after"),
        *(found[1] for found in _IN_TEXT.finditer(said)),
        # What is left of a quota is not used up; only this kind's header says when it is back.
        headers.get(f"x-ratelimit-reset-{'tokens' if scope is QuotaScope.TOKENS else 'requests'}"),
    ]
    for text in filter(None, texts):
        if (wait := seconds(text)) is not None:
            yield timedelta(seconds=wait)


def seconds(text: str) -> float | None:
    """Return "20", "1s", "7m12s", "120ms" in seconds; None for anything else, a date too."""
    text = text.strip()
    if not _TIME.fullmatch(text):  # a date, or nothing we know
        return None
    parts = _PARTS.findall(text) or [(text, "s")]
    return sum(float(number) * _UNITS[_unit(unit)] for number, unit in parts)


def _unit(unit: str) -> str:
    unit = unit.lower()
    return unit if unit == "ms" else unit[:1]
