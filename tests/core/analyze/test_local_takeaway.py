"""A takeaway without a model: honest words about what was looked at."""

from datetime import UTC, datetime

import pytest

from core.analyze.local_takeaway import local_takeaway
from core.models.values import (
    Analysis,
    AnalysisKind,
    Focus,
    Language,
    Paper,
    Point,
    ScoreKind,
    TextSource,
)
from core.text.language import is_language

PAPER = Paper(
    id="2603.00001",
    title="Blind Face Restoration with a Rectified Flow",
    abstract="We study image restoration under unknown degradations. Restoration is hard.",
)


def reading(*points: Point) -> Analysis:
    return Analysis(
        paper_id=PAPER.id,
        version=1,
        kind=AnalysisKind.LLM,
        language="zh",
        text_source=TextSource.ARXIV_HTML,
        methodology=points,
        takeaway=(Point(text="与 face restoration 有关的启发", where="§9"),),
        model="m",
        created_at=datetime(2026, 3, 13, tzinfo=UTC),
    )


def said(*interests: str, language: Language = "zh", analysis: Analysis | None = None) -> Point:
    takeaway = local_takeaway(PAPER, analysis or reading(), Focus(interests=interests), language)
    assert takeaway.kind is ScoreKind.LOCAL
    [point] = takeaway.points
    assert is_language(point.text, language)
    return point


def test_it_names_the_interests_and_the_papers_own_words() -> None:
    text = said("图像修复", "flow matching").text
    assert "「图像修复」" in text
    assert "Face Restoration" in text
    assert "image restoration" in text


def test_a_word_that_is_part_of_another_is_not_named_twice() -> None:
    assert "Restoration、" not in said("图像修复").text.replace("Face Restoration、", "")


def test_it_points_to_the_statement_that_holds_such_a_word_but_never_to_the_old_takeaway() -> None:
    read = reading(
        Point(text="先训练", where="§2"), Point(text="用于 face restoration", where="§3")
    )
    assert said("图像修复", analysis=read).where == "§3"
    assert said("图像修复", analysis=reading()).where is None


@pytest.mark.parametrize(("language", "words"), [("zh", "没有直接提到"), ("en", "do not name")])
def test_where_nothing_is_named_it_says_so_and_nothing_more(language: Language, words: str) -> None:
    point = said("point cloud", "SLAM", "NeRF", "LoRA", language=language)
    assert words in point.text
    assert "LoRA" not in point.text, "three are enough"
    assert point.where is None


def test_a_phrase_counts_only_where_it_stands_as_one() -> None:
    paper = PAPER.model_copy(update={"title": "Restoration of old film", "abstract": ""})
    focus = Focus(interests=("old film restoration",))
    assert "没有直接提到" in local_takeaway(paper, reading(), focus, "zh").points[0].text
