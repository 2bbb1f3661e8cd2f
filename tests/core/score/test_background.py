from importlib import resources

import numpy as np

from core.score import background


def test_the_packaged_statistics_are_small_and_name_their_origin() -> None:
    packed = resources.files("core.score").joinpath("background.json.gz").read_bytes()
    assert len(packed) < 150_000
    known = background.parse(packed)
    assert "CC0" in known.origin
    assert known.papers > 10_000


def test_rare_words_count_more_than_common_ones_and_unknown_ones_most() -> None:
    known = background.load()
    assert known.rarity("imag") < known.rarity("tumor") < known.rarity("quokka")
    assert np.isfinite(known.rarities).all()


def test_words_that_keep_company_have_near_vectors() -> None:
    known = background.load()
    place = {gram: number for number, gram in enumerate(known.frequencies)}

    def near(one: str, other: str) -> float:
        a, b = known.vectors[place[one]], known.vectors[place[other]]
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    assert near("dehaz", "deblur") > near("dehaz", "lidar")
    assert near("tumor", "lesion") > near("tumor", "robot")
