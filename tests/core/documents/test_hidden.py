"""What a page hides is not read, however its tag is written."""

import pytest

from core.documents.hidden import strip_tags


@pytest.mark.parametrize(
    "tag",
    [
        "<p hidden>",
        '<p hidden class="x">',
        '<p class="x" hidden>',
        "<p data-a hidden data-b='c'>",
        '<p\n  inert\n  hidden\n  id="x" >',
    ],
)
def test_a_hidden_element_is_left_out(tag: str) -> None:
    assert strip_tags(f"seen {tag}unseen</p> seen").split() == ["seen", "seen"]


@pytest.mark.parametrize("text", ["$a<b$ and c>d", "a <b + c> d", "i <p $hidden$> j"])
def test_a_comparison_is_no_tag(text: str) -> None:
    assert strip_tags(text) == text
