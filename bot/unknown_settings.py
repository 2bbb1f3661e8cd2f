"""Variables nobody reads: named with the setting that was probably meant, never with a value.

In `.env` every name that is no setting is told. The environment belongs to the whole machine: there
only what is nearly spelled like a setting, begins with the same word, and whose setting is not
given anyway.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

_LIKELY, _NEARLY = 0.6, 0.82
"""Likeness from which a setting is suggested, and one of the environment's is taken for it."""


def unknown(
    file: Mapping[str, str], environment: Mapping[str, str], known: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for each variable that has no effect; names are compared in capitals."""
    for name in map(str.upper, file):
        if name not in known:
            yield f".env: {_sentence(name, _nearest(name, known, _LIKELY))}"
    given = {name.upper() for name, value in {**file, **environment}.items() if value}
    first_words = {name.partition("_")[0] for name in known}
    for name in sorted(map(str.upper, environment)):
        if name in known or name.partition("_")[0] not in first_words:
            continue
        near = _nearest(name, known, _NEARLY)
        if near is not None and near not in given and name not in map(str.upper, file):
            yield f"environment: {_sentence(name, near)}"


def _nearest(name: str, known: Collection[str], cutoff: float) -> str | None:
    words = set(name.split("_"))
    near = get_close_matches(name, sorted(known), n=5, cutoff=cutoff)
    # GEMINI_KEY is spelled like several; the one that has all its words is meant.
    whole = (found for found in near if words <= set(found.split("_")))
    return next(whole, near[0] if near else None)


def _sentence(name: str, near: str | None) -> str:
    meant = f"; did you mean {near}?" if near else ""
    return f"{name[:80]!a} is no setting of Paperboy and has no effect{meant}"
