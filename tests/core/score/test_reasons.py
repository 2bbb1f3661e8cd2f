import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.values import Language, LocalScore, Paper
from core.score.reasons import MAX_CHARACTERS, instead, local_reason

PAPER = Paper(
    id="2601.00001", title="Real-world super-resolution", abstract="A degradation model, too."
)


def _score(*terms: str, interests: tuple[str, ...] = ("super-resolution",)) -> LocalScore:
    return LocalScore(paper_id=PAPER.id, rank_score=1, score=80, interests=interests, terms=terms)


@pytest.mark.parametrize(
    ("language", "terms", "sentence"),
    [
        (
            "zh",
            ("super-resolution", "degradation model"),
            "命中关注点「super-resolution」：标题与摘要出现 super-resolution、degradation model",
        ),
        ("zh", ("Real-world",), "命中关注点「super-resolution」：标题出现 Real-world"),
        ("zh", ("degradation",), "命中关注点「super-resolution」：摘要出现 degradation"),
        ("zh", ("upscaling",), "命中关注点「super-resolution」：关键词出现 upscaling"),
        (
            "en",
            ("super-resolution", "degradation model"),
            "Matches “super-resolution”: the title and abstract mention "
            "super-resolution, degradation model",
        ),
        ("en", ("Real-world",), "Matches “super-resolution”: the title mentions Real-world"),
        ("en", ("upscaling",), "Matches “super-resolution”: the keywords mention upscaling"),
    ],
)
def test_a_reason_names_the_interest_the_place_and_the_words(
    language: Language, terms: tuple[str, ...], sentence: str
) -> None:
    assert local_reason(_score(*terms), PAPER, language) == sentence


def test_two_interests_are_both_named() -> None:
    score = _score("Real-world", interests=("super-resolution", "denoising"))
    named = "「super-resolution」「denoising」", "“super-resolution” and “denoising”"
    assert named[0] in local_reason(score, PAPER, "zh")
    assert named[1] in local_reason(score, PAPER, "en")


@pytest.mark.parametrize(("language", "start"), [("zh", "未直接命中关注点"), ("en", "No")])
def test_a_paper_without_a_match_is_not_given_one(language: Language, start: str) -> None:
    low = LocalScore(paper_id=PAPER.id, rank_score=-5, score=10)
    close = LocalScore(paper_id=PAPER.id, rank_score=1, score=70)
    assert local_reason(low, PAPER, language).startswith(start)
    assert local_reason(close, PAPER, language).startswith(start)
    assert local_reason(low, PAPER, language) != local_reason(close, PAPER, language)


@given(
    terms=st.lists(st.text(max_size=200), max_size=8).map(tuple),
    interests=st.lists(st.text(max_size=400), max_size=8).map(tuple),
    language=st.sampled_from(["zh", "en"]),
)
def test_a_reason_is_one_short_line_and_never_empty(
    terms: tuple[str, ...], interests: tuple[str, ...], language: Language
) -> None:
    reason = local_reason(_score(*terms, interests=interests), PAPER, language)
    assert reason.strip()
    assert len(reason) <= MAX_CHARACTERS
    assert len(reason.splitlines()) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_high_score_is_not_contradicted_by_what_was_not_matched(language: Language) -> None:
    matched = local_reason(_score("Real-world"), PAPER, language)
    assert instead(matched, language) == matched
    for score in (20, 90):
        unmatched = LocalScore(paper_id=PAPER.id, rank_score=1, score=score, interests=(), terms=())
        said = instead(local_reason(unmatched, PAPER, language), language)
        assert said not in (matched, local_reason(unmatched, PAPER, language))
