"""Why a paper is in *your* list, in one sentence. Plain text, and no more than was looked at."""

from core.models.values import Language, Paper
from core.score.reasons import MAX_CHARACTERS

_LONGEST_TITLE, _LONGEST_TOPIC = 60, 40
_LIKED: dict[Language, str] = {
    "zh": "因为你赞了《{title}》；{reason}",
    "en": "Because you liked “{title}”; {reason}",
}
_NEAREST: dict[Language, str] = {
    "zh": "最接近你的关注点「{topic}」",
    "en": "Nearest to “{topic}” among your topics",
}
_NEAR_NONE: dict[Language, str] = {
    "zh": "用词与你的口味相近，不属于某一个关注点",
    "en": "Its wording is close to your taste, not to one of your topics",
}
_BESIDE: dict[Language, str] = {
    "zh": "换换口味：不是按你的口味选的，{why}",
    "en": "Something different: not chosen by your taste, but {why}",
}
_UPVOTED: dict[Language, str] = {
    "zh": "在 Hugging Face 得到 {count} 票",
    "en": "{count} upvotes on Hugging Face",
}
_PICKED: dict[Language, str] = {"zh": "日报选了它", "en": "the digest picked it"}


def own_reason(reason: str, liked: str | None, language: Language) -> str:
    """Return `reason`, with the title of the liked paper it is owed to."""
    if not liked:
        return reason
    return _cut(_LIKED[language].format(title=_cut(liked, _LONGEST_TITLE), reason=reason))


def nearest_reason(topic: str | None, language: Language) -> str:
    """Return which topic a paper comes nearest to."""
    if topic is None:
        return _NEAR_NONE[language]
    return _NEAREST[language].format(topic=_cut(topic, _LONGEST_TOPIC))


def beside_reason(paper: Paper, language: Language) -> str:
    """Return why a paper outside a reader's taste is shown."""
    count = paper.upvotes or 0
    why = _UPVOTED[language].format(count=count) if count else _PICKED[language]
    return _BESIDE[language].format(why=why)


def _cut(text: str, most: int = MAX_CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
