"""A reader's own number and threshold, applied to a digest made for everybody."""

from bot.render.view import View, tailored
from core.models.values import Edition, ScoreKind
from tests.bot.render.examples import edition, paper, scored


def _view(top_n: int | None = None, threshold: int | None = None) -> View:
    return View("zh", "paperboy_bot", is_private=True, top_n=top_n, threshold=threshold)


def _shown(made: Edition) -> tuple[list[int], list[int]]:
    digest = made.digest
    return [item.score for item in digest.picks], [item.score for item in digest.others]


def test_without_wishes_of_their_own_a_reader_sees_the_digest_itself() -> None:
    made = edition()
    assert tailored(made, _view()) is made


def test_a_smaller_number_moves_picks_to_the_runners_up() -> None:
    assert _shown(tailored(edition(), _view(top_n=1))) == ([93], [78, 58, 55, 52, 41])


def test_a_higher_threshold_drops_picks_and_what_is_said_of_their_readings() -> None:
    made = tailored(edition(), _view(threshold=80))
    assert _shown(made)[0] == [93]
    assert made.waiting == {}
    assert made.digest.threshold == 80, "an empty list names the reader's own threshold"


def test_a_lower_threshold_alone_adds_no_more_than_is_usual() -> None:
    few = edition(picks=(scored(paper(1), 93),))
    assert _shown(tailored(few, _view(threshold=50)))[0] == [93, 58]
    assert _shown(tailored(edition(), _view(threshold=50)))[0] == [93, 78]


def test_a_bigger_number_takes_runners_up_above_the_threshold() -> None:
    assert _shown(tailored(edition(), _view(top_n=4, threshold=53)))[0] == [93, 78, 58, 55]
    assert _shown(tailored(edition(), _view(top_n=4)))[0] == [93, 78], "the threshold stays 60"


def test_a_local_score_never_outranks_a_models() -> None:
    made = edition(
        picks=(scored(paper(1), 70),), others=(scored(paper(2), 90, ScoreKind.LOCAL),)
    )  # fmt: skip
    assert _shown(tailored(made, _view(top_n=2)))[0] == [70, 90]


def test_no_number_of_picks_is_a_wish_too() -> None:
    assert _shown(tailored(edition(), _view(top_n=0)))[0] == []


def test_the_words_are_in_the_readers_language() -> None:
    view = View("en", "paperboy_bot", is_private=True)
    assert tailored(edition("zh"), view).digest.language == "en"
