"""What readers type after /topics, in both languages."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.score.exclusions import LONGEST_TEXT, stretches
from core.score.presets import load as load_presets
from core.score.topics import (
    LONGEST,
    MOST,
    Mistake,
    Topics,
    checked,
    from_prose,
    is_prose,
    read_topics,
)
from core.text.glossary import load
from core.text.visible import one_line
from core.text.words import stems

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
    found = read_topics(text, OWN, load())
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
        ("x" * (LONGEST + 1), "no_terms"),
        ("no", "empty"),
        ("不要", "empty"),
        ("anything", "empty"),
        (",".join(f"t{n}" for n in range(MOST + 1)), "many"),
        (" ".join(f"-t{n}" for n in range(MOST + 1)), "many"),
        ("超分 -超分", "both"),
        ("x" * 4096, "endless"),
    ],
)
def test_what_makes_no_topic_is_refused_with_a_reason(text: str, kind: str) -> None:
    refused = read_topics(text, OWN, load())
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
    found = read_topics(text, OWN, load())
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
        assert len(preset.label("zh")) <= 10
        assert len(preset.label("en")) <= 18
        for language, topics in preset.topics.items():
            assert checked(topics, ()) == Topics(topics)
            for topic in topics:
                assert glossary.understood(topic) if language == "zh" else glossary.knows(topic), (
                    topic
                )


@pytest.mark.parametrize(
    ("text", "wanted", "avoided"),
    [
        ("flow matching, but leave medical out", "flow matching", "medical"),
        ("image restoration; nothing medical", "image restoration", "medical"),
        ("anything besides medical imaging", "diffusion|超分", "医学|medical imaging"),
        ("不做医学影像，做图像修复", "图像修复", "医学影像"),
        ("遥感除外，其他照旧", "diffusion|超分", "医学|遥感"),
        ("关注视频生成，人脸相关的不用推", "视频生成", "人脸"),
        ("!medical", "diffusion|超分", "医学|medical"),
        ("Exclude: medical, remote sensing", "diffusion|超分", "医学|medical|remote sensing"),
        ("no GANs, NeRF or splatting", "diffusion|超分", "医学|GANs|NeRF|splatting"),
    ],
)
def test_more_ways_to_exclude(text: str, wanted: str, avoided: str) -> None:
    found = read_topics(text, OWN, load())
    assert found == Topics(*(tuple(filter(None, side.split("|"))) for side in (wanted, avoided)))


WISHES = Path(__file__).parents[2] / "data/score/wishes.jsonl"
"""Sixty phrasings written before the rules; on thirty of them the rules were tuned."""
BEYOND = {"视频生成 非监控"}
"""非 before a blank may as well begin 非刚性; what is not understood is shown as it was taken."""


def concept(topic: str) -> str:
    """Return one name for all spellings of a topic."""
    for entry in load().entries:
        names = {" ".join(stems(name)) for name in entry.names}
        if topic in entry.zh or " ".join(stems(topic)) in names:
            return entry.names[0]
    return " ".join(stems(topic)) or topic


@pytest.mark.parametrize(
    "wish", [json.loads(line) for line in WISHES.read_text("utf-8").splitlines()]
)
def test_an_exclusion_never_becomes_a_wish(wish: dict[str, Any]) -> None:
    if wish["text"] in BEYOND:
        pytest.skip("known not to be understood")
    found = read_topics(wish["text"], OWN, load())
    assert isinstance(found, Topics)
    wanted = OWN.wanted if wish["wanted"] is None else wish["wanted"]
    avoided = [*wish["avoided"], *(OWN.avoided if wish["wanted"] is None else ())]
    assert {concept(topic) for topic in found.wanted} == {concept(topic) for topic in wanted}
    assert {concept(topic) for topic in found.avoided} == {concept(topic) for topic in avoided}


@pytest.mark.parametrize(
    "topic",
    [
        "learning without forgetting", "skip connections", "block diffusion", "stop sign detection",
        "去除雨滴", "人脸识别推理", "红外小目标", "户外场景", "不确定性估计", "少样本学习",
        "对比学习",
        "NeRF (neural radiance fields)", "all-in-one restoration", "individual trees",
    ],
)  # fmt: skip
def test_a_term_that_looks_like_an_exclusion_is_a_topic(topic: str) -> None:
    assert read_topics(topic, OWN, load()) == Topics((topic,))


def test_the_words_that_exclude_are_in_no_term_of_the_glossary() -> None:
    for entry in load().entries:
        for term in (*entry.names, *entry.zh, *entry.narrower, *entry.related):
            assert [(s.text, s.is_excluded) for s in stretches(term)] == [(term, False)]
