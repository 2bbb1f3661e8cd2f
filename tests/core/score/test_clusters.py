from core.models.values import Focus
from core.score.clusters import canonical


def test_order_capitals_blanks_and_repetitions_make_no_difference() -> None:
    one = Focus(interests=("Flow  Matching", "图像修复", "flow matching"), avoid=("GANs", " "))
    other = Focus(interests=("图像修复", "flow matching "), avoid=("gans",))
    assert canonical(one) == canonical(other)
    assert canonical(one).interests == ("flow matching", "图像修复")


def test_what_is_avoided_is_part_of_it() -> None:
    assert canonical(Focus(interests=("a",))) != canonical(Focus(interests=("a",), avoid=("b",)))
