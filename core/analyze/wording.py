"""What may stand as a statement, and which section a model means by the place it names."""

import re
from collections.abc import Sequence
from typing import Final

from core.llm.tex import UNREADABLE
from core.models.values import Section
from core.text.loops import LONGEST, without_loops
from core.text.visible import cut, visible

POINT_LIMIT: Final = 700
WHY_WIDTH: Final = 70
"""Columns of a conclusion's reason, which is to be said in ten words."""

# Statements


_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
_STUBS = re.compile(
    r"(?:n/?a|none|null|nil|todo|tbd|tba|string|text|unknown|placeholder"
    r"|not (?:available|applicable)"
    r"|无|暂无|没有|略|未知|待定|待补充|不适用|同上)"
)
_APOLOGIES = re.compile(
    r"(?:i(?:'m|’m| am)? (?:am )?(?:sorry|unable|cannot|can't|can’t|could not|couldn't|do not have)"
    r"|sorry\b|as an? (?:ai|language model)|unfortunately, i\b"
    r"|(?:unable|failed) to (?:access|read|open)"
    r"|(?:很|非常)?抱歉|对不起|作为(?:一个|一名)?(?:ai|人工智能|语言模型|大模型)"
    r"|我(?:无法|不能|没有办法|没法)"
    r"|无法(?:访问|获取|读取|打开)(?:该|此|这篇|本|原|论文|全文|文章|文档|链接|pdf))"
)


def clean_statement(text: str) -> str:
    """Return a statement as one visible line without list marks, cut at a sentence if too long.

    Whatever it says over and over it says once.
    """
    text = without_loops(" ".join(visible(text[:LONGEST]).split()))
    text = re.sub(r"^(?:[-*•]\s+|\d{1,2}[.)、]\s+)+", "", text)
    if len(text) <= POINT_LIMIT:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text, 0, POINT_LIMIT)]
    if ends and ends[-1] > POINT_LIMIT // 2:
        return text[: ends[-1]]
    return cut(text, POINT_LIMIT)


def is_stub(text: str) -> bool:
    """Whether a statement says nothing: a placeholder, an apology, a few signs, or unreadably."""
    if UNREADABLE in text:
        return True
    bare = text.strip(" .。…-—_*[]()（）<>《》:：!！").lower()
    letters = sum(character.isalpha() for character in bare)
    return letters < 4 or bool(_STUBS.fullmatch(bare) or _APOLOGIES.match(bare))


# What is asked, and what is said twice


_WORDS = re.compile(r"\d+(?:\.\d+)*|[^\W\d_\u3400-\u9fff]+|[\u3400-\u9fff](?=[\u3400-\u9fff])")
_SAME: Final = 0.75
_ASKED = re.compile(
    r"(?:什么|为何|是否|如何|怎么|怎样|多少|多大|哪|吗|呢|能否|可否|有没有|会不会|是不是)"
    r"|^(?:what|why|how|which|who|when|where|is|are|was|were|do|does|did|can|could|would|should"
    r"|will|has|have)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:论文|本文|文中|作者)*(?:没有?|未|并未)能?(?:说明|报告|给出|讨论|提到|比较|分析|解释|提供)"
)
_QUESTION_END = re.compile(r"[？?][”’\"')）」]*")


def says_again(text: str, line: str) -> bool:
    """Whether nearly all that a statement says stands in `line` already, in whatever order."""
    words = _words(text)
    return bool(words) and len(words & _words(line)) >= _SAME * len(words)


def as_question(text: str) -> str:
    """Return a question with its mark, and nothing behind it; "" for what asks nothing."""
    if ends := list(_QUESTION_END.finditer(text)):
        return text[: ends[-1].end()]
    bare = text.rstrip("。.！!… ")
    if not _ASKED.search(bare) or _TELLS.match(bare):
        return ""
    return bare + ("?" if bare.isascii() else "？")


def _words(text: str) -> set[str]:
    """Return the words of a text, and of Chinese the pairs of neighbours."""
    folded = text.casefold()
    found = _WORDS.finditer(folded)
    return {folded[one.start() : one.end() + ("\u3400" <= one[0] <= "\u9fff")] for one in found}


# Places


_BEFORE = re.compile(r"^(?:sections?|sec\.?|appendix|app\.?|§+|第|附录|章节|节)\s*", re.IGNORECASE)


def places_of(sections: Sequence[Section]) -> dict[str, str]:
    """Return section ids by the ways a model may name them; what names two is left out.

    The exact id comes first, then the number alone, then the title.
    """
    exact = {section.id: section.id for section in sections}
    loose: dict[str, set[str]] = {}
    for section in sections:
        for name in (_bare(section.id), section.title.strip().lower()):
            loose.setdefault(name, set()).add(section.id)
    return {name: ids.pop() for name, ids in loose.items() if name and len(ids) == 1} | exact


def place_named(where: str, places: dict[str, str]) -> str | None:
    """Return the id of the section meant by "§3.2", "Section 3.2", "3.2, Table 4"; or None."""
    where = " ".join(visible(where).split()).strip("[]()（） .;。")
    for candidate in (where, *re.split(r"[,;，；、/]| and | 和 | [-–—] ", where)[:1]):
        named = candidate.strip("[]()（） .;:")
        number = re.match(r"\S+", _bare(named))
        for name in (named, _bare(named), named.lower(), number[0] if number else ""):
            if name in places:
                return places[name]
    return None


def _bare(name: str) -> str:
    """Return "3.2" for "§3.2", "Section 3.2" and "第3.2节"."""
    previous, name = "", name.strip().lower()
    while previous != name:
        previous, name = name, _BEFORE.sub("", name).strip()
    return name.removesuffix("节").removesuffix("章").strip(" .:：[]")
