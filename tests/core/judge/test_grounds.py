"""Which reasons are kept: on real abstracts, written by hand, half of them held out."""

import json
from collections import Counter
from pathlib import Path

import pytest

from core.judge.grounds import Grounds
from core.models.values import Focus, Paper

REASONS = json.loads(
    (Path(__file__).parents[2] / "data/score/reasons.json").read_text(encoding="utf-8")
)
FOCUS = Focus(interests=("图像复原 image restoration", "diffusion models", "flow matching", "FLUX"))


def kept(*, held_out: bool) -> Counter[tuple[bool, bool]]:
    """Count reasons by whether they stand in the abstract and whether they are kept."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for entry in REASONS:
        if entry["held_out"] is held_out:
            paper = Paper(id=entry["id"], title=entry["title"], abstract=entry["abstract"])
            grounds = Grounds(paper, FOCUS)
            for reason in entry["reasons"]:
                counts[reason["stands"], not grounds.doubts(reason["text"])] += 1
    return counts


@pytest.mark.parametrize("held_out", [False, True])
def test_inventions_go_and_most_of_what_stands_stays(held_out: bool) -> None:
    counts = kept(held_out=held_out)
    assert counts[False, True] <= 1  # two numbers exchanged pass
    assert counts[True, False] <= 2


def test_interests_may_be_named_but_nothing_be_put_above_them() -> None:
    paper = Paper(id="2603.00001", title="A prior for deblurring", abstract="We deblur images.")
    grounds = Grounds(paper, FOCUS)
    assert grounds.doubts("与 FLUX 兴趣无关，只做去模糊。") == ()
    assert grounds.doubts("去模糊优于 FLUX。") == ("FLUX",)
    assert grounds.doubts("Deblurs images, beating Midjourney.") == ("Midjourney",)


def test_without_an_abstract_only_the_title_counts() -> None:
    grounds = Grounds(Paper(id="2603.00001", title="DIRNet in 4 Steps", abstract=""), FOCUS)
    assert grounds.doubts("DIRNet 只用 4 步。") == ()
    assert grounds.doubts("PSNR 提升 0.5 dB。") != ()
