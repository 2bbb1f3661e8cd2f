"""What stands beside the statements of a reading: doubts, labels, what was checked, the end."""

from typing import Any

import pytest

from core.models.outcomes import outcome
from core.models.values import (
    Advice,
    AnalysisKind,
    Checked,
    Conclusion,
    Evidence,
    Language,
    Point,
    PointKind,
    Result,
    SecondLook,
)
from core.report.outcomes import metric
from core.report.places import place, place_in_full
from core.report.reading import (
    checked_line,
    conclusion_of,
    group_of,
    minutes_of,
    points_of,
    quoted,
    with_doubts,
)
from tests.core.report.examples import reading

FOUND = Evidence(quote="It fails on text.", where="§6")


@pytest.mark.parametrize(
    ("language", "elsewhere", "said"),
    [
        ("zh", (), "FID 1.2，快 3 倍。 〔原文未见：1.2、3 倍〕"),
        ("zh", ("3 倍",), "FID 1.2，快 3 倍。 〔原文未见：1.2〕〔原文有，但不在所引之处：3 倍〕"),
        ("zh", None, "FID 1.2，快 3 倍。 〔原文未见，或说的是别的：1.2、3 倍〕"),
        (
            "en",
            ("1.2",),
            "FID 1.2，快 3 倍。 〔in the paper, but not in the place quoted: 1.2〕"
            "〔not in the paper: 3 倍〕",
        ),
    ],
)
def test_a_mark_stands_behind_the_statement_and_names_what_is_in_doubt(
    language: Language, elsewhere: tuple[str, ...] | None, said: str
) -> None:
    point = Point(text="FID 1.2，快 3 倍。", doubts=("1.2", "3 倍"), elsewhere=elsewhere)
    assert with_doubts(point, language) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checked": Checked(claims=14, verified=10)}, "已核对引文与数字"),
        ({"checked": Checked(claims=5, verified=5), "second_look": SecondLook.WAITING},
         "已核对引文与数字"),
        ({"checked": Checked(claims=5, verified=5), "second_look": SecondLook.DONE},
         "已由模型逐条复核"),
        ({"checked": Checked(claims=5, verified=5),
          "takeaway": (Point(text="试试 64 步。", doubts=("64",), elsewhere=()),)},
         "已核对引文与数字，存疑之处已标出"),
        ({}, ""),
        ({"checked": Checked(claims=0, verified=0)}, ""),
    ],
)  # fmt: skip
def test_what_was_checked_is_said_shortly(changes: dict[str, Any], said: str) -> None:
    found = reading("2603.00001").model_copy(update=changes)
    assert checked_line(found, "zh") == said


@pytest.mark.parametrize(
    ("ours", "other", "is_higher", "who"),
    [
        ("31.24", "30.84", True, "win"),
        ("2.62", "2.41", False, "loss"),
        ("83%", "83 %", True, "tie"),
        ("1,024", "980", False, "loss"),
        ("76.03 ± 0.2", "75.1", True, "win"),
        ("−1.5", "-2", True, "win"),
        ("0.83", "85%", True, None),
        ("5 × 10^3", "4 × 10^3", True, None),
        ("31.24", "30.84", None, None),
        ("31.24", None, True, None),
    ],
)
def test_who_wins_is_told_only_where_it_can_be(
    ours: str, other: str | None, is_higher: bool | None, who: str | None
) -> None:
    result = Result(benchmark="A", metric="M", ours=ours, other=other, higher_is_better=is_higher)
    assert outcome(result) == who
    assert metric(result) == {True: "M↑", False: "M↓", None: "M"}[is_higher]


@pytest.mark.parametrize(
    ("where", "label", "zh", "en"),
    [
        ("§3.2", None, "§3.2", "§3.2"),
        ("§3.2", "Table 2", "表 2", "Table 2"),
        ("§3.2", "Figure 4", "图 4", "Fig. 4"),
        ("§3.2", "Eq. (3)", "Eq. (3)", "Eq. (3)"),
        ("Abstract", None, "摘要", "Abstract"),
        ("Appendix B", None, "附录 B", "App. B"),
        ("Related work", None, "Related work", "Related work"),
        ("SiT: Exploring Flow and Diffusion-based Generative Models wi", None, "", ""),
    ],
)
def test_places_are_short_and_never_cut(where: str, label: str | None, zh: str, en: str) -> None:
    found = Evidence(quote="q", where=where, label=label)
    assert (place(found, "zh"), place(found, "en")) == (zh, en)
    assert place_in_full(found, "zh").startswith(
        {"Abstract": "摘要", "Appendix B": "附录 B"}.get(where, where)
    )
    assert place_in_full(found, "zh").endswith(zh)


def test_limitations_are_told_straight_and_whose_they_are_stands_above() -> None:
    """Nobody reads "The authors admit: the authors admit"; what asks is no admission."""
    points = (
        Point(text="作者承认没有考虑多模态。", evidence=(FOUND,)),
        Point(text="The authors note that text fails.", evidence=(FOUND,)),
        Point(text="作者承认的局限只有一条。", evidence=(FOUND,)),
        Point(text="没有报告推理时间。", kind=PointKind.ABSENCE),
        Point(text="能否推广？", kind=PointKind.QUESTION),
    )
    shown = points_of(
        reading("2603.00001").model_copy(update={"limitations": points}), "limitations"
    )
    assert [point.text for point in shown] == [
        "没有报告推理时间。",
        "没有考虑多模态。",
        "Text fails.",
        "作者承认的局限只有一条。",
        "能否推广？",
    ]
    groups = [group_of(p, "limitations", AnalysisKind.LLM, "zh") for p in shown]
    assert groups == ["", *["作者承认"] * 3, "审稿人会问"]


def test_quotations_are_nobodys_takeaway() -> None:
    """Extracts made before December 2026 have some."""
    assert points_of(reading("2603.00001", AnalysisKind.EXTRACTIVE), "takeaway") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [("短", "约 1 分钟"), ("字" * 1050, "约 3 分钟"), ("word " * 440, "约 2 分钟")],
)
def test_how_long_it_takes_to_read(text: str, said: str) -> None:
    found = reading("2603.00001").model_copy(update={"contribution": (Point(text=text),)})
    assert minutes_of(found, "zh") == said


def test_the_conclusion_is_advice_and_a_reason() -> None:
    end = Conclusion(advice=Advice.SKIM, why="看 §3 就够")
    assert conclusion_of(end, "zh") == ("结论：略读", "看 §3 就够")
    assert conclusion_of(None, "en") is None


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("| 0 | 8.80 |  | 72.74 |", "0 · 8.80 · 72.74"),
        ("| $p(x|y)$ | 2 |", "$p(x|y)$ · 2"),
        ("p(x|y) is learned", "p(x|y) is learned"),
    ],
)
def test_a_quotation_is_read_by_people(quote: str, said: str) -> None:
    assert quoted(Evidence(quote=quote, where="§1")) == said
