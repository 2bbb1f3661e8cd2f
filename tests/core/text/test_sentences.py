import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["It works.", "Does it?", "Yes!"],
        ["Smith et al. [3] and Fig. 2 show it.", "We agree."],
        ["This was shown by He et al.", "In this work, we extend it."],
        ["This was shown by He et al. Smith objected."],
        ["The PSNR is 28.42 dB vs. 27.1 dB (cf. Eq. (3)).", "It rises."],
        ["Let $x_t = (1-t) x_0. Y$ be given.", "Then it holds."],
        ["See Sec. 3.2, i.e. the ablation, e.g. Tab. 4.", "It is long."],
        ["Dr. Who and J. Smith propose approx. 5 steps w.r.t. Adam.", "They do."],
        ["It was shown before. [3, 4]", "We repeat it."],
        ['He said "It works."', "Nobody answered."],
        ["The model is for image SR.", "To train it, we use data."],
        ["$x$ is an image.", "$y$ is another."],
        ["We use https://example.org/a.B. for it.", "It is free."],
        ["本文提出了一种方法。", "它很好！", "结果如何？"],
        ["no end"],
    ],
)
def test_sentences_are_told_apart(sentences: list[str]) -> None:
    joint = "" if "。" in sentences[0] else " "
    assert split_sentences(joint.join(sentences)) == sentences


def test_nothing_has_no_sentences() -> None:
    assert split_sentences("") == []


@given(st.text(alphabet=st.sampled_from(list("aB .!?[]()$1。“”")), max_size=200))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
