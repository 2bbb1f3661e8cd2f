import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analyze.measures import _tokens, measured
from tests.core.analyze.test_extract import FULL

WORDS = "Attention attends 注意力机制 to sparse tokens; diffusion 扩散 restores blurs of $x$"
texts = st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join)
real = [line for section in FULL.sections for line in section.text.split(". ")]


def by_the_library(sentences: list[str], interests: list[str], title: str) -> tuple[list, list]:
    # Imported by the one process that needs it, not by every one that collects.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_tokens, sublinear_tf=True)
    matrix = vectorizer.fit_transform(sentences).toarray()
    about = vectorizer.transform([title]).toarray()[0]
    central = matrix @ (matrix.mean(axis=0) + 0.2 * about)
    near = matrix @ vectorizer.transform(interests).toarray().T
    return (central / (central.max() or 1.0)).tolist(), near.tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(texts, min_size=1, max_size=9) | st.just(real),
    st.lists(texts | st.sampled_from(real), min_size=1, max_size=3),
    texts,
)
def test_vectors_are_those_of_the_library(
    sentences: list[str], interests: list[str], title: str
) -> None:
    ours = measured(sentences, interests, title)
    assert [each.words for each in ours] == [frozenset(_tokens(each)) for each in sentences]
    if not any(each.words for each in ours):
        return  # the library refuses a text without words
    central, near = by_the_library(sentences, interests, title)
    assert [each.centrality for each in ours] == pytest.approx(central, abs=1e-6)
    for each, row in zip(ours, near, strict=True):
        assert each.closeness <= max(row) + 1e-6
        assert each.closeness == 0 or np.isclose(row, each.closeness, atol=1e-6).any()


def test_of_the_interests_a_sentence_touches_the_nearest_counts() -> None:
    [touching, other] = measured(
        ["Flow matching restores images.", "Cats sleep all day long."],
        ["flow matching", "cooking with gas"],
        "",
    )
    assert touching.closeness == pytest.approx(0.7071, abs=1e-4)
    assert other.closeness == 0.0


def test_sentences_without_words_measure_nothing() -> None:
    assert {(each.centrality, each.closeness) for each in measured(["", "42"], ["flow"], "x")} == {
        (0.0, 0.0)
    }
