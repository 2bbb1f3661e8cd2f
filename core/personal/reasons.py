"""Why a paper is in *your* list, in one sentence. Plain text, and no more than was looked at."""

from core.locale import Sentence
from core.models.values import Language, Paper
from core.score.reasons import MAX_CHARACTERS

_LONGEST_TITLE, _LONGEST_TOPIC = 60, 40
_LIKED = Sentence("personal_reasons.liked")
_NEAREST = Sentence("personal_reasons.nearest")
_NEAR_NONE = Sentence("personal_reasons.near_none")
_BESIDE = Sentence("personal_reasons.beside")
_UPVOTED = Sentence("personal_reasons.upvoted")
_PICKED = Sentence("personal_reasons.picked")


def own_reason(reason: str, liked: str | None, language: Language) -> str:
    """Return `reason`, with the title of the liked paper it is owed to."""
    if not liked:
        return reason
    return _cut(_LIKED(language, title=_cut(liked, _LONGEST_TITLE), reason=reason))


def nearest_reason(topic: str | None, language: Language) -> str:
    if topic is None:
        return _NEAR_NONE(language)
    return _NEAREST(language, topic=_cut(topic, _LONGEST_TOPIC))


def beside_reason(paper: Paper, language: Language) -> str:
    """Return why a paper outside a reader's taste is shown."""
    count = paper.upvotes or 0
    why = _UPVOTED(language, count=count) if count else _PICKED(language)
    return _BESIDE(language, why=why)


def _cut(text: str, most: int = MAX_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
