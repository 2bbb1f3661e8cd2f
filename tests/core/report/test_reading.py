"""Marks behind doubtful numbers, and what is said above them."""

import pytest

from core.models.values import AnalysisKind, Checked, Language, Point
from core.report.reading import checked_line, with_doubts
from tests.core.report.examples import reading


@pytest.mark.parametrize(
    ("language", "elsewhere", "said"),
    [
        ("zh", (), "FID 1.2〔原文未见〕，快 3 倍〔原文未见〕。"),
        ("zh", ("3 倍",), "FID 1.2〔原文未见〕，快 3 倍〔原文有此数，但说的是别的〕。"),
        ("zh", None, "FID 1.2〔原文未见，或说的是别的〕，快 3 倍〔原文未见，或说的是别的〕。"),
        (
            "en",
            ("1.2",),
            "FID 1.2〔in the paper, but of something else〕，快 3 倍〔not in the paper〕。",
        ),
    ],
)
def test_a_mark_says_whether_the_paper_has_the_number(
    language: Language, elsewhere: tuple[str, ...] | None, said: str
) -> None:
    point = Point(text="FID 1.2，快 3 倍。", doubts=("1.2", "3 倍"), elsewhere=elsewhere)
    assert with_doubts(point, language) == said


def test_all_found_is_not_said_above_a_mark() -> None:
    """A suggestion claims nothing and is not counted, but its number may be marked."""
    found = reading("2603.00001", AnalysisKind.LLM).model_copy(
        update={"checked": Checked(claims=5, verified=5)}
    )
    marked = found.model_copy(
        update={"takeaway": (Point(text="试试 64 步。", doubts=("64",), elsewhere=()),)}
    )
    assert "全部" in checked_line(found, "zh")
    assert "全部" not in checked_line(marked, "zh")
    assert "标出" in checked_line(marked, "zh")
    assert "all" not in checked_line(marked, "en").split()
