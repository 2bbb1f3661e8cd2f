"""How text and queries are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.search_words import MAX_LETTERS, MAX_ROW, MAX_TERMS, Term, cut, terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("😀 ?!—$", ""),
        ("Diffusion MODELS", "diffusion models"),
        ("super-resolution", "super resolution superresolution"),
        ("U\u2011Net", "u net unet"),  # a non-breaking hyphen
        ("a_b.c/d", "a b c d"),
        ("Ｆｕｌｌ ﬁne ½", "full fine 1 2"),
        ("Poincaré Müller", "poincare muller"),
        ("超分", "超分 分"),
        ("超分辨率", "超分 分辨 辨率 率"),
        ("超分,分辨", "超分 分 分辨 辨"),
        ("基于SD3的图像", "基于 于 sd3 的图 图像 像"),
        ("ガウス・スプ", "カウ ウス ス スフ フ"),
        ("초해상도 모델", "초해상도 모델"),
        ("\x00a\ud800b\u202e", "a b"),
        ("x" * 99, "x" * MAX_LETTERS),
    ],
)
def test_a_text_is_cut_into_words_and_pairs(text: str, words: str) -> None:
    assert cut(text) == words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("😀 \"*'", []),
        ("Diffusi", [Term(("diffusi",), is_prefix=True)]),
        ("gan", [Term(("gan",), is_prefix=False)]),
        ("transformers", [Term(("transformer",), is_prefix=True)]),
        ("loss", [Term(("loss",), is_prefix=True)]),
        ("gans", [Term(("gans",), is_prefix=True)]),
        ("a-b a", [Term(("a",), is_prefix=False), Term(("b",), is_prefix=False)]),
        ("光", [Term(("光",), is_prefix=True)]),
        ("扩散", [Term(("扩散",), is_prefix=False)]),
        ("大模型", [Term(("大模", "模型"), is_prefix=False)]),
        ("超分辨率", [Term(("超分", "分辨", "辨率"), is_prefix=False)]),
        (
            "图像的去噪",
            [Term(("图像",), is_prefix=False), Term(("去噪",), is_prefix=False)],
        ),
    ],
)
def test_a_query_is_cut_where_a_reader_would_put_spaces(query: str, expected: list[Term]) -> None:
    assert terms(query) == expected


def test_a_character_between_particles_stands_alone() -> None:
    assert Term(("光",), is_prefix=True) in terms("图像和光的模型")


def test_a_long_query_is_looked_for_as_far_as_it_says_something() -> None:
    assert len(terms(" ".join(f"w{number}" for number in range(900)))) == MAX_TERMS
    assert terms("same " * 800) == [Term(("same",), is_prefix=True)]
    assert max(len(term.words) for term in terms("䨻" * 4096)) <= MAX_ROW


@given(st.text(max_size=60))
def test_whatever_is_asked_for_is_found_in_itself(text: str) -> None:
    words = cut(text).split(" ")
    for term in terms(text):
        last = term.words[-1]
        assert any(
            words[at : at + len(term.words)] == list(term.words)
            or (term.is_prefix and words[at].startswith(last))
            for at in range(len(words))
        )


@given(st.text(max_size=60) | st.text(alphabet="\"*'^:&|!<>()\\ \t\x00a1超", max_size=60))
def test_nothing_that_means_something_to_a_database_is_in_a_word(text: str) -> None:
    words = [*cut(text).split(), *(word for term in terms(text) for word in term.words)]

    assert all(character.isalnum() or ord(character) > 127 for character in "".join(words))
    assert not any(character.isspace() for character in "".join(words))
