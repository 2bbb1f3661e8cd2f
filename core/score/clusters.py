"""When two focuses count as one: what is made for one reader is shared with all who want the same.

The result is a key and a question to a model at once. It keeps the readers' own words, though not
their order and capitals, so that a model's answer fits them all.
"""

from collections.abc import Iterable

from core.models.values import Focus


def canonical(focus: Focus) -> Focus:
    """Return the focus whatever the order, capitals and blanks of its topics."""
    return Focus(interests=_topics(focus.interests), avoid=_topics(focus.avoid))


def _topics(topics: Iterable[str]) -> tuple[str, ...]:
    plain = {" ".join(topic.casefold().split()) for topic in topics}
    return tuple(sorted(plain - {""}))
