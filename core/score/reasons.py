"""The one sentence that goes with a local score: what matched, in the paper's own words.

Plain text: escaping is the renderer's. It claims no more than was looked at: words in the title
and abstract, never what the paper achieves.
"""

from core.models.values import Language, LocalScore, Paper

MAX_CHARACTERS = 240
CLOSE = 60
"""Score from which a paper without words of the interests is called close to them."""
_MOST_INTERESTS, _MOST_TERMS = 2, 4
_LONGEST_INTEREST, _LONGEST_TERM = 40, 48

_MATCH = {
    "zh": "命中关注点{interests}：{place}出现 {terms}",
    "en": "Matches {interests}: the {place} {verb} {terms}",
}
_PLACE = {
    ("zh", True, True): "标题与摘要",
    ("zh", True, False): "标题",
    ("zh", False, True): "摘要",
    ("zh", False, False): "关键词",
    ("en", True, True): "title and abstract",
    ("en", True, False): "title",
    ("en", False, True): "abstract",
    ("en", False, False): "keywords",
}
_CLOSE = {
    "zh": "未直接命中关注点，但与你赞过或关注的论文用词相近",
    "en": "No interest is named directly, but its wording is close to papers you like",
}
_NONE = {
    "zh": "未直接命中关注点：从标题与摘要的用词看，相关度不高",
    "en": "No interest is named directly, and the words of title and abstract are far from them",
}


_UNSAID = {
    "zh": "由模型评分；没有在摘要中核对得上的理由",
    "en": "Scored by a model, without a reason that the abstract bears out",
}


def instead(reason: str, language: Language) -> str:
    """Return what is said of a model's score without a reason of its own, by the local `reason`.

    That no interest is named would contradict a high score beside it.
    """
    return _UNSAID[language] if reason in (_CLOSE[language], _NONE[language]) else reason


def local_reason(score: LocalScore, paper: Paper, language: Language) -> str:
    """Return why a paper has its local score, in one sentence; never empty."""
    if not score.interests or not score.terms:
        return (_CLOSE if score.score >= CLOSE else _NONE)[language]
    terms = [_cut(term, _LONGEST_TERM) for term in score.terms[:_MOST_TERMS]]
    interests = [_cut(text, _LONGEST_INTEREST) for text in score.interests[:_MOST_INTERESTS]]
    if language == "zh":
        named, listed = "".join(f"「{interest}」" for interest in interests), "、".join(terms)
    else:
        named, listed = " and ".join(f"“{interest}”" for interest in interests), ", ".join(terms)
    in_title = _holds(paper.title, score.terms[:_MOST_TERMS])
    in_abstract = _holds(paper.abstract, score.terms[:_MOST_TERMS])
    verb = "mention" if in_title == in_abstract else "mentions"
    sentence = _MATCH[language].format(
        interests=named, place=_PLACE[language, in_title, in_abstract], verb=verb, terms=listed
    )
    return _cut(sentence, MAX_CHARACTERS)


def _holds(text: str, terms: tuple[str, ...]) -> bool:
    plain = " ".join(text.casefold().split())
    return any(term.casefold() in plain for term in terms)


def _cut(text: str, most: int) -> str:
    """Return the text on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
