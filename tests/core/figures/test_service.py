"""Main figures: found once, sent where the licence permits, linked elsewhere."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.figures.arxiv import FigurePage
from core.figures.files import FigureFiles, file_name
from core.figures.pictures import Photo
from core.figures.service import AGAIN, SOON, Figures, MainFigure
from core.models.errors import SourceError, WorkStopped
from core.models.values import Paper
from tests.servers.papers import figure, page

PAPER = Paper(id="2602.20981", version=1, title="A paper")
URL = "https://export.arxiv.org/html/2602.20981v1"
BY = "http://creativecommons.org/licenses/by/4.0/"
OURS = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
OVERVIEW = "Overview of our framework."
NOW = datetime(2026, 3, 13, tzinfo=UTC)


class Source:
    """An arXiv that says what it is told to."""

    def __init__(self, *captions: str, licence: str | None = BY) -> None:
        self.stated = licence
        figures = "".join(figure(at, said) for at, said in enumerate(captions, start=1))
        self.shown: FigurePage | None = FigurePage(page("A paper", "", figures), URL)
        self.asked: Counter[str] = Counter()
        self.error: Exception | None = None

    def _ask(self, what: str) -> None:
        self.asked[what] += 1
        if self.error is not None:
            raise self.error

    async def licence(self, paper: Paper) -> str | None:
        self._ask("licence")
        return self.stated

    async def page(self, paper: Paper) -> FigurePage | None:
        self._ask("page")
        await asyncio.sleep(0)
        return self.shown

    async def photo(self, url: str) -> Photo:
        self._ask(url)
        await asyncio.sleep(0)
        return Photo(b"\x89PNG...", "png")


class Memory(dict[str, str]):
    """Remembers in memory."""

    async def get(self, name: str) -> str | None:  # type: ignore[override]
        return dict.get(self, name)

    async def put(self, name: str, value: str) -> None:
        self[name] = value


class World:
    def __init__(self, folder: Path, *captions: str, licence: str | None = BY) -> None:
        self.source = Source(*captions, licence=licence)
        self.memory = Memory()
        self.folder = folder
        self.now = NOW

    def figures(self) -> Figures:
        """Return the figures of a process that has just started."""
        files = FigureFiles(self.folder)
        return Figures(self.source, memory=self.memory, files=files, now=lambda: self.now)


async def test_a_permitted_figure_is_found_and_fetched_once(tmp_path: Path) -> None:
    world = World(tmp_path, "Accuracy curves.", OVERVIEW)
    figures = world.figures()
    assert await figures.known(PAPER) is None
    found = await figures.find(PAPER)
    assert found == MainFigure(
        licence=BY,
        page_url="https://arxiv.org/html/2602.20981v1#S2.F2",
        number="2",
        caption=OVERVIEW,
        picture_url=f"{URL}/x2.png",
        found_at=NOW,
    )
    assert found.permitted is not None
    assert found.permitted.name == "CC BY 4.0"
    first = await figures.photo(PAPER, found)
    later = world.figures()  # after a restart
    assert await later.known(PAPER) == found
    assert await later.photo(PAPER, await later.find(PAPER)) == first
    assert world.source.asked == {"licence": 1, "page": 1, f"{URL}/x2.png": 1}


async def test_all_who_tap_at_once_share_one_search(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW)
    figures = world.figures()

    async def tap() -> Photo:
        return await figures.photo(PAPER, await figures.find(PAPER))

    await asyncio.gather(*(tap() for _ in range(20)))
    assert set(world.source.asked.values()) == {1}


async def test_a_licence_the_source_stated_is_not_asked_for(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW, licence=None)
    found = await world.figures().find(PAPER.model_copy(update={"licence": BY}))
    assert found.permitted is not None
    assert world.source.asked["licence"] == 0


@pytest.mark.parametrize(
    "licence", [OURS, None, "http://creativecommons.org/licenses/by-nc-nd/4.0/"]
)
async def test_a_figure_that_may_not_be_passed_on_is_linked_and_never_fetched(
    tmp_path: Path, licence: str | None
) -> None:
    world = World(tmp_path, OVERVIEW, licence=licence)
    figures = world.figures()
    found = await figures.find(PAPER)
    assert found.permitted is None
    assert found.page_url == "https://arxiv.org/html/2602.20981v1#S2.F1"
    with pytest.raises(ValueError, match="only be linked"):
        await figures.photo(PAPER, found)
    assert f"{URL}/x1.png" not in world.source.asked


async def test_without_a_plain_main_figure_the_page_is_linked(tmp_path: Path) -> None:
    found = (
        await World(tmp_path, "t-SNE plots.", "Overview. Image courtesy of ESA.")
        .figures()
        .find(PAPER)
    )
    assert found.permitted is None
    assert found.page_url == "https://arxiv.org/html/2602.20981v1"


LOGIN = FigurePage('<html><figure><img src="logo.png"></figure>Sign in to the network</html>', URL)
BARE = FigurePage(page("A paper", ""), URL)


@pytest.mark.parametrize(
    ("shown", "again"), [(None, SOON), (LOGIN, SOON), (BARE, AGAIN)], ids=["404", "login", "paper"]
)
async def test_only_a_papers_own_page_says_for_long_that_there_are_no_figures(
    tmp_path: Path, shown: FigurePage | None, again: timedelta
) -> None:
    """arXiv converts late, and what a proxy says of a page is gone with it."""
    world = World(tmp_path, OVERVIEW)
    page, world.source.shown = world.source.shown, shown
    figures = world.figures()
    found = await figures.find(PAPER)
    assert (found.permitted, found.page_url) == (None, None)
    world.source.shown, world.now = page, NOW + again - timedelta(seconds=1)
    assert (await figures.find(PAPER)).page_url is None
    assert await world.figures().known(PAPER) == found
    world.now = NOW + again
    assert await figures.known(PAPER) is None
    assert (await figures.find(PAPER)).permitted is not None


async def test_a_page_this_machine_could_not_look_at_is_tried_again_the_next_day(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, OVERVIEW)

    async def stopped(_work: object) -> object:
        raise WorkStopped("no memory")

    lost = Figures(
        world.source,
        memory=world.memory,
        files=FigureFiles(tmp_path),
        now=lambda: world.now,
        offload=stopped,  # type: ignore[arg-type]
    )
    assert (await lost.find(PAPER)).is_provisional
    world.now = NOW + SOON
    assert (await world.figures().find(PAPER)).permitted is not None


async def test_a_failure_is_not_remembered(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW)
    figures = world.figures()
    world.source.error = SourceError("arxiv", "busy")
    with pytest.raises(SourceError):
        await figures.find(PAPER)
    world.source.error = None
    assert (await figures.find(PAPER)).permitted is not None


async def test_a_picture_that_is_no_good_is_linked_from_then_on(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW)
    figures = world.figures()
    linked = await figures.give_up(PAPER, await figures.find(PAPER))
    assert linked.permitted is None
    assert await world.figures().known(PAPER) == linked


async def test_a_picture_lost_by_this_machine_is_tried_again_the_next_day(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW)
    figures = world.figures()
    linked = await figures.give_up(PAPER, await figures.find(PAPER), for_good=False)
    world.now = NOW + SOON - timedelta(seconds=1)
    assert await world.figures().known(PAPER) == linked
    assert linked.permitted is None
    world.now = NOW + SOON
    assert (await figures.find(PAPER)).permitted is not None
    assert (await world.figures().find(PAPER)).permitted is not None


async def test_openreview_has_no_pages_and_nobody_is_asked(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW)
    found = await world.figures().find(Paper(id="openreview:abcd", title="A paper"))
    assert found.page_url is None
    assert not world.source.asked


async def test_what_an_older_program_remembered_is_looked_for_anew(tmp_path: Path) -> None:
    world = World(tmp_path, OVERVIEW)
    world.memory["figure:2602.20981v1"] = '{"colour": "red"}'
    assert await world.figures().known(PAPER) is None


# Files


async def test_the_oldest_figures_make_room(tmp_path: Path) -> None:
    files = FigureFiles(tmp_path / "figures", most_bytes=250)
    for number in range(4):
        await files.put(f"f{number}", Photo(b"x" * 100, "png" if number % 2 else "jpg"))
    kept = [await files.get(f"f{number}") is not None for number in range(4)]
    assert kept == [False, False, True, True]


async def test_a_figure_larger_than_the_folder_may_be_is_kept_until_the_next(
    tmp_path: Path,
) -> None:
    files = FigureFiles(tmp_path, most_bytes=10)
    await files.put("a", Photo(b"x" * 100, "png"))
    assert await files.get("a") == Photo(b"x" * 100, "png")


def test_a_file_is_named_by_paper_version_and_picture() -> None:
    name = file_name("cs/0112017", 2, "https://arxiv.org/html/cs/0112017v2/x1.png")
    assert name.startswith("cs_0112017v2-")
    assert name != file_name("cs/0112017", 2, "https://arxiv.org/html/cs/0112017v2/x2.png")
