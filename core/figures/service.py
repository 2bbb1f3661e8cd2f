"""A paper's main figure: what is known of it, what may be done with it, and the picture itself.

    licence permits, one picture   it is sent, with its credit
    anything else                  the place on the paper's HTML page is linked
    no HTML page, or no figures    there is nothing

What was found is remembered in the database for everybody, the picture as a file. A failure of the
network is not remembered, "there is no page" only for a day: arXiv converts late, and the answer
may have been a proxy's.
"""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from pydantic import AwareDatetime, ValidationError

from core.figures.arxiv import FigurePage
from core.figures.files import FigureFiles, file_name
from core.figures.licences import Licence, permitting
from core.figures.pictures import Photo
from core.models.errors import WorkStopped
from core.models.paper_id import ARXIV
from core.models.values import Paper, Value
from core.sandbox.offload import Offload, in_a_thread

if TYPE_CHECKING:  # the parser is needed when a page has come
    from core.figures.parse import Figure

logger = logging.getLogger(__name__)

AGAIN = timedelta(days=7)
"""When a paper's page without figures is looked at again."""
SOON = timedelta(days=1)
"""When is tried again what failed for a reason that may have passed by then."""
_LATEXML = 'class="ltx_'
"""In every page that arXiv makes of a paper."""
_AT_HAND = 512


class MainFigure(Value):
    licence: str | None
    """As stated."""
    page_url: str | None = None
    """Where a reader finds it; None: there is no HTML page."""
    number: str | None = None
    caption: str = ""
    picture_url: str | None = None
    """None where it cannot be sent, whatever the licence."""
    is_provisional: bool = False
    """Something is left out for a reason that may pass: no page or picture came, or was made."""
    found_at: AwareDatetime

    @property
    def permitted(self) -> Licence | None:
        """The licence under which it may be sent; None: it may not, or there is nothing to send."""
        return permitting(self.licence) if self.picture_url else None


class FigureSource(Protocol):
    """Who knows of papers' figures; everything may raise `HttpError` or `SourceError`."""

    async def licence(self, paper: Paper) -> str | None:
        """Return the URL of a paper's licence."""

    async def page(self, paper: Paper) -> FigurePage | None:
        """Return a paper's HTML page."""

    async def photo(self, url: str) -> Photo:
        """Return a picture; raise `PictureError` too."""


class Memory(Protocol):
    """Where findings are remembered."""

    async def get(self, name: str) -> str | None:
        """Return what is remembered."""

    async def put(self, name: str, value: str) -> None:
        """Remember."""


@dataclass(eq=False, repr=False)
class Figures:
    source: FigureSource
    _: KW_ONLY
    memory: Memory
    files: FigureFiles
    now: Callable[[], datetime]
    offload: Offload = in_a_thread

    def __post_init__(self) -> None:
        self._at_hand: OrderedDict[str, MainFigure] = OrderedDict()
        # One question at a time loses nothing: arXiv is asked through one gate anyway. And whoever
        # taps while somebody else's figure of the same paper is fetched finds it fetched.
        self._turn = asyncio.Lock()

    async def known(self, paper: Paper) -> MainFigure | None:
        """Return what is known without asking anybody; None: it has to be looked for."""
        name = _name(paper)
        found = self._at_hand.get(name) or _read(await self.memory.get(name))
        if found is None or self._is_stale(found):
            return None
        self._keep(name, found)
        return found

    async def find(self, paper: Paper) -> MainFigure:
        """Return what there is of a paper's main figure; may take ten seconds.

        Raise `HttpError` or `SourceError` when arXiv does not say.
        """
        async with self._turn:
            found = await self.known(paper)
            if found is None:
                found = await self._found(paper)
                name = _name(paper)
                await self.memory.put(name, found.model_dump_json())
                self._keep(name, found)
            return found

    async def photo(self, paper: Paper, figure: MainFigure) -> Photo:
        """Return the picture of a figure that may be sent.

        Raise `HttpError` or `PictureError`.
        """
        if figure.permitted is None or figure.picture_url is None:
            raise ValueError("this figure may only be linked")
        name = file_name(paper.id, paper.version, figure.picture_url)
        async with self._turn:
            photo = await self.files.get(name)
            if photo is None:
                photo = await self.source.photo(figure.picture_url)
                await self.files.put(name, photo)
            return photo

    async def give_up(
        self, paper: Paper, figure: MainFigure, *, for_good: bool = True
    ) -> MainFigure:
        """Remember that a picture is no good; return the figure as one that is only linked.

        Not `for_good`: after `SOON` it is looked for again.
        """
        left_out = {"picture_url": None, "is_provisional": not for_good, "found_at": self.now()}
        linked = figure.model_copy(update=left_out)
        name = _name(paper)
        await self.memory.put(name, linked.model_dump_json())
        self._keep(name, linked)
        return linked

    async def _found(self, paper: Paper) -> MainFigure:
        if not paper.is_arxiv:
            return MainFigure(licence=None, found_at=self.now())
        licence = paper.licence or await self.source.licence(paper)
        page = await self.source.page(paper)
        looked_at = None if page is None else await self._main_of(page)
        has_figures, main = looked_at or (False, None)
        if not has_figures:
            # A 404, or a page that is nobody's paper, may be a proxy's: gone tomorrow.
            is_sure = looked_at is not None and page is not None and _LATEXML in page.html
            return MainFigure(licence=licence, is_provisional=not is_sure, found_at=self.now())
        if main is None:
            return MainFigure(licence=licence, page_url=html_page(paper), found_at=self.now())
        return MainFigure(
            licence=licence,
            page_url=html_page(paper, main.anchor),
            number=main.number,
            caption=main.caption,
            picture_url=main.picture.url if main.picture else None,
            found_at=self.now(),
        )

    async def _main_of(self, page: FigurePage) -> "tuple[bool, Figure | None] | None":
        """Return whether a page has figures at all, and the main one; None: nobody could look."""
        from core.figures.main import main_of

        try:
            return await self.offload(partial(main_of, page.html, page.url))
        except WorkStopped as error:
            logger.warning("the figures of %s are left out: %s", page.url, error)
            return None

    def _is_stale(self, found: MainFigure) -> bool:
        if found.page_url is not None and not found.is_provisional:
            return False
        return self.now() - found.found_at >= (SOON if found.is_provisional else AGAIN)

    def _keep(self, name: str, found: MainFigure) -> None:
        self._at_hand[name] = found
        self._at_hand.move_to_end(name)
        if len(self._at_hand) > _AT_HAND:
            self._at_hand.popitem(last=False)


def _read(json: str | None) -> MainFigure | None:
    try:
        return MainFigure.model_validate_json(json) if json else None
    except ValidationError:  # of an older program: looked for anew
        return None


def _name(paper: Paper) -> str:
    return f"figure:{paper.id}v{paper.version or 0}"


def html_page(paper: Paper, anchor: str | None = None) -> str:
    """Return where a reader finds a figure: at arxiv.org, whatever mirror we read from."""
    version = f"v{paper.version}" if paper.version else ""
    page = ARXIV.html.format(key=f"{paper.id}{version}")
    return f"{page}#{anchor}" if anchor and re.fullmatch(r"[A-Za-z0-9_.:-]{1,60}", anchor) else page
