"""Addresses a model made up, or was told to repeat, do not reach a reader."""

import pytest

from core.links import links_in, own_links_only


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Code is at https://github.com/a/b.", "Code is at https://github.com/a/b."),
        ("See www.github.com/a/b/ first.", "See www.github.com/a/b/ first."),
        ("See http://evil.example/x now.", "See now."),
        ("代码（https://evil.example/x）已公开。", "代码已公开。"),
        ("[here](http://evil.example)", "[here]"),
        ("https://github.com/a/b.evil.example", ""),
    ],
)
def test_only_links_of_the_paper_stay(text: str, kept: str) -> None:
    assert own_links_only(text, links_in("Our code: https://github.com/a/b.")) == kept
