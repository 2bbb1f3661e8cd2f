"""What is made of answers in another shape than was asked for."""

from typing import Any

import pytest

from core.analyze.questions import QuestionReply
from core.analyze.schema import Reading
from core.analyze.takeaways import Ideas
from core.models.values import Advice

SAID = {"text": "FlowIR halves the error.", "quotes": ["It halves the error"], "where": "§1"}
ROW = {"benchmark": "DIV2K", "metric": "PSNR", "ours": "31.2"}
MISSHAPEN: list[Any] = [None, 5, True, ["a"], {}, {"text": None}, {"text": {"text": "a"}},
                        SAID | {"where": {"id": "§1"}}]  # fmt: skip


def reading(**fields: Any) -> Reading:
    sections = ("contribution", "methodology", "takeaway")
    return Reading.model_validate({name: [SAID] for name in sections} | fields)


@pytest.mark.parametrize("item", MISSHAPEN, ids=str)
def test_of_an_answer_only_the_item_that_does_not_fit_is_lost(item: Any) -> None:
    for field in ("headline", "contribution", "limitations", "data"):
        assert getattr(reading(**{field: [SAID, item, SAID]}), field) == [
            *reading(headline=[SAID, SAID]).headline
        ]
        assert getattr(reading(**{field: [item]}), field) == []
    assert len(reading(results=[ROW, item, ROW]).results) == 2
    assert reading(equation=[item], conclusion=[item]).equation == []
    assert len(QuestionReply.model_validate({"statements": [SAID, item]}).statements) == 1
    assert len(Ideas.model_validate({"points": [item, SAID]}).points) == 1


@pytest.mark.parametrize("wrong", [None, {"x": 1}, ["31.2"], True], ids=str)
def test_a_row_without_a_name_or_a_value_is_lost_alone(wrong: Any) -> None:
    for field in ROW:
        assert len(reading(results=[ROW | {field: wrong}, ROW]).results) == 1


def test_numbers_for_text_are_read_as_text_and_one_thing_as_a_list_of_one() -> None:
    made = reading(headline=SAID, results=ROW | {"ours": 31.2, "best_other": 30})
    assert len(made.headline) == 1
    assert (made.results[0].ours, made.results[0].best_other) == ("31.2", "30")
    assert reading(headline=SAID | {"quotes": "one text"}).headline[0].quotes == ["one text"]
    assert reading(headline=SAID | {"quotes": [None, "a", {}]}).headline[0].quotes == ["a"]
    assert reading(headline={"text": "a", "quote": "old"}).headline[0].quotes == ["old"]


def test_advice_that_nobody_knows_is_no_conclusion() -> None:
    given = [{"advice": "精读", "why": "a"}, {"advice": " Read", "why": "b"}, {"advice": "skim"}]
    assert [one.advice for one in reading(conclusion=given).conclusion] == [Advice.READ]
