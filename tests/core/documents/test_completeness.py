"""How much of a paper a text is, told from the text alone."""

import pytest

from core.documents.completeness import completeness
from core.documents.outline import Parsed
from core.models.values import Section, TextExtent

ENGLISH = "Sentence number {} says what the parts of this method do. "
CHINESE = "第{}句话说明这个方法的各个部分有什么作用以及为什么。"


@pytest.mark.parametrize(
    ("sentence", "count", "extent"),
    [
        (ENGLISH, 40, TextExtent.WHOLE),
        (ENGLISH, 20, TextExtent.PART),
        (CHINESE, 40, TextExtent.WHOLE),
        (CHINESE, 20, TextExtent.PART),
        (CHINESE, 5, TextExtent.ABSTRACT),
    ],
)
def test_chinese_says_in_one_character_what_english_says_in_two(
    sentence: str, count: int, extent: TextExtent
) -> None:
    text = "".join(map(sentence.format, range(count)))
    section = Section(id="§1", title="Method", level=1, text=text)
    assert completeness(Parsed((section,), has_references=True), "") is extent
