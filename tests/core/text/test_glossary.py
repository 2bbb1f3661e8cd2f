import re
from collections import Counter
from itertools import chain

import pytest

from core.text import glossary
from core.text.glossary import Entry, Glossary
from core.text.words import stems

GLOSSARY = glossary.load()


@pytest.mark.parametrize("entry", GLOSSARY.entries, ids=lambda entry: entry.names[0])
def test_every_entry_has_both_languages_and_terms_that_can_be_found(entry: Entry) -> None:
    assert entry.names
    assert entry.zh
    assert all(re.search(r"[\u4e00-\u9fff]", name) for name in entry.zh)
    for term in chain(entry.names, entry.narrower, entry.related):
        assert stems(term), f"{term!r} has no word of meaning"
        assert not re.search(r"[\u4e00-\u9fff]", term)
    for terms in (entry.names, entry.zh, entry.narrower, entry.related):
        assert len(set(terms)) == len(terms)


def test_no_term_is_both_part_and_companion_of_a_concept() -> None:
    for entry in GLOSSARY.entries:
        assert not set(entry.narrower) & set(entry.related), entry.names[0]


def test_a_chinese_name_leads_to_few_concepts() -> None:
    counts = Counter(chain.from_iterable(entry.zh for entry in GLOSSARY.entries))
    assert max(counts.values()) <= 2


def test_the_weights_fall_from_names_to_companions() -> None:
    weights = GLOSSARY.weights
    assert 1.0 == weights["names"] > weights["narrower"] > weights["related"] > 0


@pytest.mark.parametrize(
    ("interest", "english"),
    [
        ("图像修复", "image restoration"),
        ("图像复原", "image restoration"),
        ("超分辨率", "super-resolution"),
        ("流匹配", "flow matching"),
        ("掩码自回归", "masked autoregressive"),
        ("扩散模型", "diffusion models"),
        ("图像生成", "image generation"),
        ("医学图像分割", "medical image segmentation"),
        ("基于扩散模型的图像修复", "基于 diffusion models 的 image restoration"),
    ],
)
def test_a_chinese_interest_is_understood_in_english(interest: str, english: str) -> None:
    assert GLOSSARY.expand(interest).text == english


def test_a_broad_interest_knows_its_narrower_terms() -> None:
    expanded = GLOSSARY.expand("image restoration")
    (derain,) = stems("deraining")
    assert expanded.phrases[tuple(stems("image restoration"))] == 1.0
    assert 0 < expanded.phrases[derain,] < 1.0


def test_an_unknown_interest_is_its_own_words() -> None:
    expanded = GLOSSARY.expand("quokka habitats")
    assert set(expanded.phrases) == {tuple(stems("quokka habitats"))}
    assert set(expanded.words) == {*stems("quokka habitats"), " ".join(stems("quokka habitats"))}


def test_the_longest_name_wins() -> None:
    glossary = Glossary(
        [
            Entry(names=("segmentation",), zh=("分割",), narrower=("masks",), related=()),
            Entry(names=("video segmentation",), zh=("视频分割",), narrower=("clips",), related=()),
        ],
        GLOSSARY.weights,
    )
    for interest in ("视频分割", "video segmentation"):
        phrases = glossary.expand(interest).phrases
        assert tuple(stems("clips")) in phrases
        assert tuple(stems("masks")) not in phrases


def test_an_empty_glossary_changes_nothing() -> None:
    assert Glossary([], GLOSSARY.weights).expand("图像修复").text == "图像修复"


@pytest.mark.parametrize("nothing", ["", "   ", "the of and", "!!!", "🙂", "\x00\x07"])
def test_nothing_expands_to_nothing(nothing: str) -> None:
    expanded = GLOSSARY.expand(nothing)
    assert not expanded.words
    assert not expanded.phrases


@pytest.mark.parametrize("spelling", ["3D重建", "3d 重建", "三维重建", "做 3D  重建 的"])
def test_chinese_names_may_have_blanks_and_digits_or_not(spelling: str) -> None:
    assert GLOSSARY.understood(spelling) == ("3D reconstruction",)


def test_what_is_understood_is_named_and_what_is_not_is_said() -> None:
    assert GLOSSARY.understood("图像修复与去雨") == ("image restoration", "deraining")
    assert GLOSSARY.understood("image restoration") == ()
    assert GLOSSARY.understood("虚空索引") is None
    assert GLOSSARY.knows("image restoration")
    assert not GLOSSARY.knows("pancakes")


@pytest.mark.parametrize(
    ("application", "english"),
    [
        ("监控", "surveillance"),
        ("语音", "speech"),
        ("军事", "military"),
        ("游戏", "video games"),
        ("医学", "medical imaging"),
        ("遥感", "remote sensing"),
        ("自动驾驶", "autonomous driving"),
        ("机器人", "robot"),
    ],
)
def test_applications_that_readers_keep_away_are_known(application: str, english: str) -> None:
    """Titles are English: an unknown Chinese word would keep none away."""
    [name] = GLOSSARY.understood(application) or ("",)
    assert name.startswith(english)


def test_terms_stand_in_a_text_as_whole_words() -> None:
    assert GLOSSARY.terms_in("We do visual SLAM and 超分, all of it") == ["超分", "visual SLAM"]
    assert GLOSSARY.terms_in("all in one sentence") == []
