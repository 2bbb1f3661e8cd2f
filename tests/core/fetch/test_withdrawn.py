"""Withdrawn papers are known by what arXiv says of them; the table was written before the rule."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fetch.withdrawn import Withdrawal, is_withdrawn, withdrawal
from core.models.values import Paper

ABSTRACT = (
    "We restore images whose degradation is unknown. Existing approaches assume that it is known, "
    "and fail in the wild. Ours estimates it together with the image, so that no calibration is "
    "needed. On three benchmarks it gains 1.2 dB over the best published method, with half of its "
    "parameters, and runs on a phone. We also publish the 4,000 images we measured with, and all "
    "of our code."
)
TABLE = Path(__file__).parents[2] / "data/withdrawals.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()]


def paper(comment: str | None = None, abstract: str = ABSTRACT) -> Paper:
    return Paper(id="2603.00001", title="T", comment=comment, abstract=abstract)


@pytest.mark.parametrize(("grade", "where", "text"), ROWS, ids=[row[2][:40] for row in ROWS])
def test_each_wording_is_taken_for_what_it_is(grade: str, where: str, text: str) -> None:
    said = paper(text) if where == "comment" else paper(abstract=text)
    assert withdrawal(said).name.lower() == grade


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the authors due to an error in Eq. 3",
        "Withdrawn",
        "Paper withdrawn, see the journal version",
        "The manuscript is withdrawn because of a crucial sign error",
        "withdrawn by arXiv administration",
        "This article has been retracted",
        "Therefore, the current version is being withdrawn to prevent further confusion",
        "Hence I seek withdrawal of this paper as it might mislead",
    ],
)
def test_a_comment_says_so(comment: str) -> None:
    assert is_withdrawn(paper(comment))


@pytest.mark.parametrize(
    "abstract",
    [
        "This submission has been withdrawn by the author.",
        "this paper has been withdrawn",
        "[This paper has been withdrawn by the author (see arXiv:2301.00001)] " + ABSTRACT,
        "- Paper withdrawn by the author - " + ABSTRACT,
        "arXiv admin note: This submission has been withdrawn by arXiv administrators",
        ABSTRACT + " arXiv admin note: this paper has been withdrawn by arXiv",
    ],
)
def test_an_abstract_says_so(abstract: str) -> None:
    assert is_withdrawn(paper(abstract=abstract))


@pytest.mark.parametrize(
    "text",
    [
        "Accepted to CVPR 2026. Code will be withdrawn from the demo server in June",
        "We study how money is withdrawn at machines.",
        "The paper studies withdrawn behaviour in animals",
        "It could be withdrawn if accepted in IEEE TPAMI",
        "Merger of version 1 with the withdrawn paper arXiv:2407.00001",
        "v3: substantive correction; the central claims of v2 are withdrawn",
        "Accepted at a workshop; withdrawn from the proceedings, for the author could not attend",
        "We show that when a submission has been withdrawn, reviewers change their minds.",
        "12 pages, 3 figures",
        "",
    ],
)
def test_other_uses_of_the_word_do_not(text: str) -> None:
    assert withdrawal(paper(text, text)) is Withdrawal.NO


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_looked_at(comment: str, abstract: str) -> None:
    assert withdrawal(paper(comment, abstract)) in Withdrawal
