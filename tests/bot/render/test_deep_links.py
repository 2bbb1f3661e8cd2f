"""Paper ids through Telegram's narrow places and back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.deep_links import (
    OPEN,
    PAGE,
    deep_link,
    open_data,
    page_data,
    paper_of_start,
    start_parameter,
)
from bot.render.message import MAX_DATA

IDS = ["2602.20981", "0704.0001", "cs/0112017", "cond-mat/9901001", "openreview:aB3_-xYz9"]
IDS += ["openreview:1234567", "openreview:-0112017", "openreview:cs-0112017"]
ALLOWED = re.compile(r"[A-Za-z0-9_-]{1,64}")

papers = st.one_of(
    st.from_regex(r"(1[5-9]|2[0-6])(0[1-9]|1[0-2])\.[0-9]{4}[1-9]", fullmatch=True),
    st.from_regex(
        r"(hep-th|math|cs|q-bio)/(9[2-9]|0[0-6])(0[1-9]|1[0-2])[0-9]{2}[1-9]", fullmatch=True
    ),
    st.from_regex(r"openreview:[A-Za-z0-9_-]{4,40}", fullmatch=True),
)


@pytest.mark.parametrize("paper_id", IDS)
def test_known_shapes_survive_a_deep_link(paper_id: str) -> None:
    assert paper_of_start(start_parameter(paper_id)) == paper_id


@given(papers)
def test_any_id_fits_where_telegram_is_narrow_and_comes_back(paper_id: str) -> None:
    parameter = start_parameter(paper_id)
    assert ALLOWED.fullmatch(parameter)
    assert paper_of_start(parameter) == paper_id
    opened, turned = OPEN.fullmatch(open_data(paper_id)), PAGE.fullmatch(page_data(paper_id, 12))
    assert opened is not None
    assert opened["paper"] == paper_id
    assert turned is not None
    assert (turned["paper"], turned["page"]) == (paper_id, "12")
    assert len(page_data(paper_id, 99).encode()) <= MAX_DATA


def test_an_id_typed_by_hand_works_too() -> None:
    assert paper_of_start("paper_2602.20981") == "2602.20981"


@pytest.mark.parametrize(
    "parameter",
    [
        "",
        "paper_",
        "ref42",
        "paper_hello",
        "paper_2613_00001",
        "paper_or_!",
        "paper_or_" + 60 * "Q",
    ],
)
def test_other_parameters_name_no_paper(parameter: str) -> None:
    assert paper_of_start(parameter) is None


def test_a_deep_link_names_the_bot() -> None:
    assert deep_link("daily_bot", "2602.20981") == "https://t.me/daily_bot?start=paper_2602_20981"
