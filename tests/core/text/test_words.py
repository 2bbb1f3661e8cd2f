import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.words import MAX_CHARACTERS, MAX_INTERESTS, grams, occurrences, parse_focus, stems


@pytest.mark.parametrize(
    "spellings",
    [
        ("super-resolution", "super resolution", "Superresolution", "super‐resolution"),
        ("multi-modal", "multimodal"),
        ("autoregressive", "auto-regressive", "autoregression"),
        ("denoising", "denoise", "denoised", "de-noising"),
        ("deblurring", "deblur", "deblurred"),
        ("restoration", "restoring", "restore", "restored"),
        ("segmentation", "segmenting", "segments"),
        ("models", "model"),
        ("bodies", "body"),
        ("ＮｅＲＦ", "NeRFs", "nerf"),
    ],
)
def test_spellings_of_a_word_are_one_word(spellings: tuple[str, ...]) -> None:
    assert len({tuple(stems(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("generation", "general"), ("vision", "visual"), ("diffusion", "fusion"), ("motion", "motor")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert stems(one) != stems(other)


def test_pairs_step_over_words_without_meaning() -> None:
    assert "text imag" in grams("text-to-image")
    assert "structur mot" in grams("structure from motion") or "structur motion" in grams(
        "structure from motion"
    )


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert "end" not in stems("word " * MAX_CHARACTERS + "end")


def test_a_find_is_shown_as_it_stands_in_the_text() -> None:
    text = "A Real-World  Super-Resolution network"
    wanted = set(grams("real world super resolution"))
    found, shown = occurrences(text, wanted)
    assert {shown[item.start : item.end] for item in found} == {
        "Real",
        "World",
        "Real-World",
        "Super-Resolution",
        "World  Super-Resolution",
    }


@pytest.mark.parametrize(
    ("text", "interests"),
    [
        ("image restoration, flow matching", ("image restoration", "flow matching")),
        ("图像修复、流匹配，扩散模型", ("图像修复", "流匹配", "扩散模型")),
        ("super-resolution; NeRF\nSLAM", ("super-resolution", "NeRF", "SLAM")),
        ("图像修复；超分", ("图像修复", "超分")),
        ("  image   restoration ", ("image restoration",)),
        ("NeRF, nerf, NERF", ("NeRF",)),
        ("Image Restoration: denoising, deblurring", ("Image Restoration: denoising, deblurring",)),
        (
            "SLAM. visual SLAM, odometry",
            ("SLAM. visual SLAM, odometry",),
        ),
        (
            "text guided image editing, drag editing, and inversion",
            ("text guided image editing, drag editing, and inversion",),
        ),
        ("flow matching.", ("flow matching",)),
        ("", ()),
        (" ,;、\n", ()),
    ],
)
def test_a_list_is_taken_apart_and_a_description_is_not(
    text: str, interests: tuple[str, ...]
) -> None:
    assert parse_focus(text).interests == interests


def test_a_focus_has_a_bounded_number_of_interests() -> None:
    assert len(parse_focus(", ".join(f"topic{n}" for n in range(500))).interests) == MAX_INTERESTS


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_words_and_a_focus(text: str) -> None:
    found, shown = occurrences(text, set(grams(text)))
    assert {item.gram for item in found} == set(grams(text))
    assert all(0 <= item.start < item.end <= len(shown) for item in found)
    assert all(interest.strip() == interest != "" for interest in parse_focus(text).interests)


@given(st.text(alphabet=string.ascii_letters + "- ", max_size=60))
def test_case_does_not_matter(text: str) -> None:
    assert stems(text.upper()) == stems(text.lower())
