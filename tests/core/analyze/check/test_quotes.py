import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analyze.check.quotes import LONGEST, Quotable
from tests.core.analyze.check.papers import TRAINING, document, section

PAPER = Quotable(document())
SOURCE = "replaces the Gaussian source of the flow with the degraded image itself"


@pytest.mark.parametrize(
    ("quote", "where"),
    [
        (SOURCE, "§1"),
        (SOURCE.upper(), "§1"),
        (SOURCE.replace(" ", "\n"), "§1"),
        ("re-\nplaces the Gaussian source of the flow with the de-\ngraded image", "§1"),
        ("“" + SOURCE + "”.", "§1"),
        ("so that sampling starts close to its target [3, 14].", "§1"),
        ("so that sampling starts close to its target.", "§1"),
        ("hand crafted priors such as sparsity and self similarity", "§1"),
        ("The learning rate is set to 2×10^-4 and halved at milestones", "§4.1"),
        ("training set consists of 85791 images", "§4.1"),
        ("SwinIR 30.84 0.2136 32.92", "§4.2"),
        ("| SwinIR | 30.84 | 0.2136 |", "§4.2"),
        ("We train FlowIR … for 300K iterations", "§4.1"),
        ("We train FlowIR [...] halved at milestones", "§4.1"),
    ],
)
def test_a_quotation_is_found_though_harmlessly_damaged(quote: str, where: str) -> None:
    assert {place.section for place in PAPER.find(quote)} == {where}


@pytest.mark.parametrize(
    "quote",
    [
        "We propose FlowIR, which replaces the Gaussian source of flow with the degraded image",
        "We propose FlowIR which replaces a Gaussian source of the flows with this degraded image",
    ],
)
def test_an_article_and_a_plural_are_forgiven(quote: str) -> None:
    assert PAPER.find(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "Our method does handle heavy motion blur and saturated light sources.",
        "The learning rate is set to 2×10^-5 and halved at milestones",
        "We train FlowIR on 16 A100 GPUs with a total batch size of 64 for 300K iterations.",
        "We train FlowIR on 8 A100 GPUs with a total batch size of 64 for 30K iterations.",
        "We propose FlowIR, which replaces the Gaussain source of the flow with the degraded image",
        "PSNR rises from 31.46 to 30.92 dB",
        "We propose FlowIR, which replaces the Gaussian source of the flow with a clean image",
        "Early approaches rely on learned priors such as sparsity and self-similarity.",
        "SwinIR 30.84 0.2136 2.92",
        "1.46 PSNR, compared with 30.84 for SwinIR",
    ],
)
def test_a_quotation_altered_in_meaning_is_not_found(quote: str) -> None:
    assert PAPER.find(quote) == ()


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "   ",
        "…",
        "the flow",
        "of the flow with",
        "Extensive experiments demonstrate that FlowIR outperforms SwinIR across all benchmarks.",
        "for 300K iterations … We train FlowIR on 8 A100 GPUs",
        "replaces the Gaussian source of the flow … halved at milestones",
        "We … train … FlowIR … iterations … halved … cropped",
        TRAINING * 5,
    ],
)
def test_what_proves_nothing_or_stands_nowhere_is_not_found(quote: str) -> None:
    assert PAPER.find(quote) == ()


def test_a_sentence_said_twice_is_found_where_the_reader_was_sent() -> None:
    text = "The encoder is kept frozen in all experiments."
    paper = Quotable(document(section("§1", "A", text), section("§2", "B", text)))
    assert paper.find(text, "§2")[0].section == "§2"
    assert paper.find(text, "§9")[0].section == "§1"


@given(st.data())
def test_every_stretch_of_words_is_found_and_lies_where_it_says(data: st.DataObject) -> None:
    words = TRAINING.split(" ")
    first = data.draw(st.integers(0, len(words) - 8))
    quote = " ".join(words[first : data.draw(st.integers(first + 6, len(words)))])
    (place,) = PAPER.find(quote)
    assert TRAINING[place.start : place.end].split()[0].strip("$") in quote


@given(st.text(max_size=200))
def test_no_quotation_raises(quote: str) -> None:
    for place in PAPER.find(quote):
        assert place.start < place.end


def test_a_quotation_longer_than_any_is_none() -> None:
    text = "word number one " * (LONGEST // 8)
    assert Quotable(document(section("§1", "A", text))).find(text) == ()
