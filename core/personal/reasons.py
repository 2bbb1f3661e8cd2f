"""Why a paper is in *your* list, in one sentence. Plain text, and no more than was looked at."""

from core.models import Language, LocalScore, Paper
from core.score.reasons import MAX_CHARACTERS, local_reason

_LONGEST_TITLE = 60
_LIKED: dict[Language, str] = {
    "zh": "因为你赞了《{title}》；{reason}",
    "en": "Because you liked “{title}”; {reason}",
}
_LIKED_ONLY: dict[Language, str] = {
    "zh": "因为你赞了用词相近的《{title}》",
    "en": "Because you liked “{title}”, whose wording is close",
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


def own_reason(
    local: LocalScore,
    paper: Paper,
    language: Language,
    *,
    by_model: str | None,
    liked: str | None,
) -> str:
    """Return the reason: a model's or the local one, and the liked paper it is owed to."""
    reason = by_model or local_reason(local, paper, language)
    if not liked:
        return reason
    title = liked if len(liked) <= _LONGEST_TITLE else liked[: _LONGEST_TITLE - 1].rstrip() + "…"
    if by_model is None and not local.terms:
        return _LIKED_ONLY[language].format(title=title)
    return _cut(_LIKED[language].format(title=title, reason=reason))


def beside_reason(paper: Paper, language: Language) -> str:
    """Return why a paper outside a reader's taste is shown."""
    count = paper.upvotes or 0
    why = _UPVOTED[language].format(count=count) if count else _PICKED[language]
    return _BESIDE[language].format(why=why)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1].rstrip() + "…"
