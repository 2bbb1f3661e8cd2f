from core.analyze.check.surroundings import Surroundings
from tests.core.analyze.check.papers import RESULTS, TRAINING, document, section

PAPER = Surroundings(document())
LONG = (
    "Table 7: Everything.\n\n| Method | PSNR |\n| --- | --- |\n"
    + "\n".join(f"| Net{n} | {n}.5 |" for n in range(200))
    + "\n\nMore text follows."
)


def test_a_sentence_comes_with_the_text_on_either_side_and_no_half_words() -> None:
    quote = "The complete training takes 1.5 hours."
    assert PAPER.around(quote) == TRAINING
    assert PAPER.around(quote, characters=35) == (
        f"which is 3.2x faster than SwinIR. {quote} The masking ratio is 0.75 in all"
    )


def test_a_row_comes_with_caption_and_heads() -> None:
    assert PAPER.around("SwinIR | 30.84 | 0.2136 | 32.92") == RESULTS[: RESULTS.index("\n\nOn")]


def test_of_a_long_table_the_heads_and_the_rows_around_are_shown() -> None:
    shown = Surroundings(document(section("§4", "Results", LONG))).around(
        "| Net100 | 100.5 |", characters=40
    )
    assert shown.split("\n") == [
        "Table 7: Everything.", "", "| Method | PSNR |", "| --- | --- |", "| Net0 | 0.5 |", "[…]",
        "| Net98 | 98.5 |", "| Net99 | 99.5 |", "| Net100 | 100.5 |", "| Net101 | 101.5 |",
        "| Net102 | 102.5 |",
    ]  # fmt: skip


def test_what_does_not_stand_there_has_no_surroundings() -> None:
    assert PAPER.around("The complete training takes 15 hours on a laptop.") == ""
