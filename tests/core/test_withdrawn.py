"""Withdrawn papers are known by what arXiv says of them."""

import pytest

from core.models import Paper
from core.withdrawn import is_withdrawn


def paper(comment: str | None = None, abstract: str = "We restore images.") -> Paper:
    return Paper(id="2603.00001", title="T", comment=comment, abstract=abstract)


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the authors due to an error in Eq. 3",
        "Withdrawn",
        "Paper withdrawn, see the journal version",
        "The manuscript is withdrawn because of a crucial sign error",
        "withdrawn by arXiv administration",
        "This article has been retracted",
    ],
)
def test_a_comment_says_so(comment: str) -> None:
    assert is_withdrawn(paper(comment))


def test_an_abstract_says_so() -> None:
    assert is_withdrawn(paper(abstract="This submission has been withdrawn by the author."))


@pytest.mark.parametrize(
    "text",
    [
        "Accepted to CVPR 2026. Code will be withdrawn from the demo server in June",
        "We study how money is withdrawn at machines.",
        "The paper studies withdrawn behaviour in animals",
        "12 pages, 3 figures",
        "",
    ],
)
def test_other_uses_of_the_word_do_not(text: str) -> None:
    assert not is_withdrawn(paper(text, text))
