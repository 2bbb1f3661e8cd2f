"""The portraits that are shipped: English, of one size, of known topics; used, never overruling."""

import json
from importlib import resources

import numpy as np
import pytest

from core.models.values import Focus, Paper
from core.score import background, calibrate
from core.score.aversion import LOSS
from core.score.index import PaperIndex, portrait_weights
from core.score.local import rank
from core.text import glossary, portraits
from core.text.portraits import Portrait
from core.text.words import stems

PORTRAITS = portraits.load()
GLOSSARY = glossary.load()


def test_the_file_says_who_wrote_it_and_when() -> None:
    lines = resources.files("core.text").joinpath("portraits.jsonl").read_text("utf-8").splitlines()
    assert "language model" in json.loads(lines[0])["origin"]
    assert "20" in json.loads(lines[0])["origin"]
    assert len(lines) - 1 == len(PORTRAITS)


def test_every_portrait_belongs_to_a_concept_and_every_concept_has_one() -> None:
    belonging = {entry.portrait.key for entry in GLOSSARY.entries if entry.portrait}
    assert belonging == set(PORTRAITS)
    assert all(entry.portrait for entry in GLOSSARY.entries)


@pytest.mark.parametrize("portrait", PORTRAITS.values(), ids=lambda portrait: portrait.key)
def test_a_portrait_is_english_of_one_size_and_says_nothing_twice(portrait: Portrait) -> None:
    terms = [term.casefold() for term, _ in portrait.terms]
    assert 10 <= len(terms) <= 16
    assert len(set(terms)) == len(terms)
    assert {weight for _, weight in portrait.terms} <= {1, 2, 3}
    assert len(set(portrait.abstracts)) == 3
    assert all(300 <= len(text) <= 600 for text in portrait.abstracts)
    assert 5 <= len(set(portrait.near_misses)) == len(portrait.near_misses) <= 8
    assert not {near.casefold() for near in portrait.near_misses} & set(terms)
    for text in (*terms, *portrait.abstracts, *portrait.near_misses):
        assert sum(ord(letter) > 0x24F and letter.isalpha() for letter in text) <= 3, text
        assert stems(text), text


def test_near_misses_never_take_away_what_an_exclusion_takes() -> None:
    data = background.load()
    for portrait in PORTRAITS.values():
        weights = portrait_weights(portrait, data)
        against = np.sqrt(sum(weight**2 for weight in weights.values() if weight < 0))
        assert calibrate.PORTRAITS * against < LOSS, portrait.key


def test_what_a_portrait_says_is_the_same_on_every_day() -> None:
    one, other = (
        Paper(id=f"2603.0000{number}", title=title, abstract=text)
        for number, (title, text) in enumerate(
            [
                ("Enhancing noisy speech", "We remove noise from speech for better PESQ."),
                ("Birds", "A data set of birds."),
            ]
        )
    )
    asked = [
        GLOSSARY.expand("speech enhancement"),
        GLOSSARY.expand("cars"),
        GLOSSARY.expand("去雨"),
    ]
    alone, both = PaperIndex([one]).evidence(asked), PaperIndex([one, other]).evidence(asked)
    assert alone.portraits[0] == pytest.approx(both.portraits[0])
    assert both.portraits[0, 0] > max(0.0, both.portraits[1, 0])
    assert both.portraits[0, 1] == 0.0
    pairs = PaperIndex([one, other]).evidence_at(asked, np.array([1, 0]), np.array([2, 0]))
    assert pairs.portraits == pytest.approx(both.portraits[[1, 0], [2, 0]])
    assert calibrate.odds(pairs) == pytest.approx(calibrate.odds(both)[[1, 0], [2, 0]])


@pytest.mark.parametrize(
    ("topic", "title", "abstract"),
    [
        (
            "语音增强",
            "Cleaning noisy recordings",
            "Denoising with PESQ and STOI on VoiceBank+DEMAND.",
        ),
        (
            "蛋白质结构预测",
            "Folding from sequence",
            "Single-sequence folding without MSA on CASP15.",
        ),
    ],
)
def test_a_topic_of_another_field_finds_what_does_not_say_its_name(
    topic: str, title: str, abstract: str
) -> None:
    wanted = Paper(id="2603.00001", title=title, abstract=abstract)
    other = Paper(id="2603.00002", title="Sequence of images", abstract="Recordings of a camera.")
    best = rank([other, wanted], Focus(interests=(topic,)))[0]
    assert best.paper_id == wanted.id
