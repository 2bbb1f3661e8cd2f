"""What readers type after /topics, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.score.expansion import load
from core.score.presets import load as load_presets
from core.score.topics import (
    LONGEST,
    LONGEST_TEXT,
    MOST,
    Mistake,
    Topics,
    checked,
    from_prose,
    is_prose,
    read_topics,
)
from core.visible import one_line

OWN = Topics(("diffusion", "超分"), ("医学",))


@pytest.mark.parametrize(
    ("text", "wanted", "avoided"),
    [
        ("视频生成, 3D 重建", "视频生成|3D 重建", ""),
        ("a，b、c；d;e\nf", "a|b|c|d|e|f", ""),
        ("flow matching", "flow matching", ""),
        ("x, X , x", "x", ""),
        ("“超分”，《去雨》", "超分|去雨", ""),
        ("+低光增强", "diffusion|超分|低光增强", "医学"),
        ("＋低光增强", "diffusion|超分|低光增强", "医学"),
        ("+ 低光增强, - Diffusion", "超分|低光增强", "医学"),
        ("+低光增强 -Diffusion", "超分|低光增强", "医学"),
        ("+diffusion", "diffusion|超分", "医学"),
        ("+医学", "diffusion|超分|医学", ""),
        ("-GAN", "diffusion|超分", "医学|GAN"),
        ("-医学", "diffusion|超分", "医学"),
        ("-diffusion, -超分", "", "医学"),
        ("图像修复, super-resolution -medical", "图像修复|super-resolution", "medical"),
        ("超分 -医学 -遥感", "超分", "医学|遥感"),
        ("超分，不要 GAN", "超分", "GAN"),
        ("超分，不看医学影像", "超分", "医学影像"),
        ("超分，除了人脸", "超分", "人脸"),
        ("diffusion, not GANs", "diffusion", "GANs"),
        ("diffusion, no medical", "diffusion", "medical"),
        ("diffusion, without remote sensing", "diffusion", "remote sensing"),
        ("不要 GAN", "diffusion|超分", "医学|GAN"),
        ("+a, b", "a|b", ""),
        (
            "zero-shot, low-light, no-reference quality",
            "zero-shot|low-light|no-reference quality",
            "",
        ),
        ("novel view synthesis, Noise2Noise", "novel view synthesis|Noise2Noise", ""),
        ("reset", "", ""),
        ("默认", "", ""),
        ("de\u200bblur\u202ering", "deblurring", ""),
        ("ﬂow", "flow", ""),
    ],
)
def test_lists_and_signs(text: str, wanted: str, avoided: str) -> None:
    found = read_topics(text, OWN)
    assert found == Topics(*(tuple(filter(None, side.split("|"))) for side in (wanted, avoided)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        ("🙈🙈, 🎉", "wordless"),
        ("\u200b\u2060", "wordless"),
        ("...", "wordless"),
        ("+", "wordless"),
        (",,，", "wordless"),
        ("x" * (LONGEST + 1), "long"),
        (",".join(f"t{n}" for n in range(MOST + 1)), "many"),
        (" ".join(f"-t{n}" for n in range(MOST + 1)), "many"),
        ("超分 -超分", "both"),
        ("x" * 4096, "endless"),
    ],
)
def test_what_makes_no_topic_is_refused_with_a_reason(text: str, kind: str) -> None:
    refused = read_topics(text, OWN)
    assert isinstance(refused, Mistake)
    assert refused.kind == kind


@pytest.mark.parametrize(
    ("text", "wanted", "avoided"),
    [
        (
            "I restore old film; I care about temporal consistency, not about GANs",
            "temporal consistency",
            "GAN",
        ),
        ("我做老电影修复，不关心 GAN", "老电影修复", "GAN"),
        (
            "I work on super-resolution but not for medical imaging",
            "super-resolution",
            "medical imaging",
        ),
        ("我主要做扩散模型，不想看医学影像", "扩散模型", "医学影像"),
        (
            "please show me object detection without autonomous driving",
            "object detection",
            "autonomous driving",
        ),
    ],
)
def test_a_sentence_gives_the_terms_it_names(text: str, wanted: str, avoided: str) -> None:
    assert is_prose(text)
    found = from_prose(text, load())
    assert wanted in found.wanted
    assert avoided in found.avoided
    assert not set(found.wanted) & set(found.avoided)


@pytest.mark.parametrize(
    "text",
    [
        "图像修复, super-resolution -medical",
        "+a -b",
        "masked autoregressive image generation",
        "reset",
        "",
    ],
)
def test_a_list_is_no_sentence(text: str) -> None:
    assert not is_prose(text)


@given(st.text(max_size=LONGEST_TEXT + 50))
def test_any_text_gives_topics_within_the_limits_or_a_reason(text: str) -> None:
    found = read_topics(text, OWN)
    if isinstance(found, Mistake):
        return
    for side in (found.wanted, found.avoided):
        assert len(side) <= MOST
        assert all(0 < len(topic) <= LONGEST and one_line(topic) == topic for topic in side)
        assert len({topic.casefold() for topic in side}) == len(side)
    assert Topics.of_signed(found.signed) == found


@given(st.text(max_size=300))
def test_any_sentence_gives_terms_of_the_glossary(text: str) -> None:
    found = from_prose(text, load())
    assert max(len(found.wanted), len(found.avoided)) <= MOST


def test_every_preset_is_understood_and_fits_a_button() -> None:
    glossary = load()
    assert len({preset.handle for preset in load_presets()}) == len(load_presets()) >= 10
    for preset in load_presets():
        assert len(preset.label["zh"]) <= 10
        assert len(preset.label["en"]) <= 18
        for language, topics in preset.topics.items():
            assert checked(topics, ()) == Topics(topics)
            for topic in topics:
                assert glossary.understood(topic) if language == "zh" else glossary.knows(topic), (
                    topic
                )
