"""No regular expression of ours takes more than its share of time, whatever it looks at.

All are found (`tests/patterns.py`), and each is tried alone on texts made of itself: what looks at
texts as a whole (`test_growth.py`) seldom meets the text that is worst for one pattern in it.
"""

import re
from collections.abc import Collection
from functools import cache

import pytest

from core.score.exclusions import LONGEST_TEXT
from tests.growth import LONG
from tests.patterns import WORST, dearest, patterns, slowest

BOUNDED = {
    "core.analyze.check.numbers._NAME_BEFORE": 40,  # of what stands before a number
    "core.analyze.check.checker._is_part_of_name: ([A-Z][\\w-]*)\\s?$": 30,  # where it is used
    "core.score.exclusions._AROUND": LONGEST_TEXT,  # _clauses
    "core.score.exclusions._BEHIND": LONGEST_TEXT,  # _clauses
}
"""Characters they are given at most, by the code just before."""
MADE_UP = {
    "core.analyze.cues._cues": "what it makes is found in what it returns",
    "core.analyze.check.source.has_phrase": "a name and a number, escaped",
    "core.documents.places._stated_version": "an id of a checked form, escaped",
    "core.llm.providers.gemini.rate_limits._known": "a name out of a table of ours",
    "core.models.paper_id.written": "a source's own pattern; measured where parse_reference is",
    "core.text.glossary.__init__": "a file of ours; measured as Glossary",
}


@cache
def found() -> tuple[dict[str, tuple[re.Pattern[str], Collection[str]]], set[str]]:
    return patterns()


def test_no_pattern_is_quadratic() -> None:
    each = {}
    for name, (pattern, uses) in found()[0].items():
        if name not in BOUNDED:
            each.setdefault((pattern.pattern, pattern.flags, frozenset(uses)), (name, pattern))
    grown = {name: slowest(pattern, uses) for (*_, uses), (name, pattern) in each.items()}
    assert {name: worst for name, worst in grown.items() if worst[1] >= WORST} == {}


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5 loses its place behind one (gh-106052): `(?>(?:...)*)` is the same."""
    group = re.compile(r"(?<!\\)\)(?:[*+?]|\{[\d,]+\})\+")
    assert [
        name for name, (pattern, _) in found()[0].items() if group.search(pattern.pattern)
    ] == []


def test_they_are_found_wherever_they_stand() -> None:
    names = set(found()[0])
    assert {
        "core.text.words._WORD",
        "core.analyze.cues.PROPOSES<0>",  # in a function that a function made
        "core.analyze.wording.place_named: [,;，；、/]| and | 和 | [-–—] ",  # where it is used
    } <= names
    assert found()[1] == set(MADE_UP)


def test_what_is_left_out_would_be_told() -> None:
    for name, most in BOUNDED.items():
        assert slowest(*found()[0][name])[1] >= WORST
        assert dearest(*found()[0][name], most) < LONG


@pytest.mark.parametrize(
    "pattern",
    ["a+b", "(?s)<!--.*?-->", r"\[[^\]]*\]\(", "(?:x+x+)+y", r"x(?=.*y)", r"[A-Z]\w*\d",
     "[a-z0-9]*[a-z]", r"\bto (?:our|the) knowledge\b.*\bfirst"],
)  # fmt: skip
def test_what_is_quadratic_is_told(pattern: str) -> None:
    assert slowest(re.compile(pattern))[1] >= WORST


@pytest.mark.parametrize(
    ("pattern", "uses"),
    [("a+b", {"match"}), (r"\s*\|", {"fullmatch"}), (r"[a-z]++-", {"match"}), (r"\d{1,9}px", ())],
)
def test_what_is_linear_is_not(pattern: str, uses: Collection[str]) -> None:
    assert slowest(re.compile(pattern), uses)[1] < WORST
