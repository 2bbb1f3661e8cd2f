"""Statements as people word them: the file says which the checker gets wrong, and no other may be.

A statement it learns to judge loses its flag; one it forgets makes this fail.
"""

import pytest

from core.analyze.check.checker import Checker
from core.models.values import Document
from tests.bench.reading_claims import Claim
from tests.bench.reading_worded import worded_claims


@pytest.mark.parametrize(
    ("document", "title", "claims"),
    [pytest.param(*case, id=case[0].paper_id) for _, *case in worded_claims()],
)
def test_what_is_said_of_an_abstract(document: Document, title: str, claims: list[Claim]) -> None:
    checker = Checker(document, title)
    for claim in claims:
        is_right = checker.check(claim.text, [claim.quote]).is_verified is not bool(claim.planted)
        assert is_right is not bool(claim.kind), claim.text
