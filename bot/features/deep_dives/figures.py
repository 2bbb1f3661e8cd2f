"""A paper's main figure, for whoever taps the button under a deep dive.

A button rather than a photo sent along: the dive turns its pages in one message, which a photo
would push off the screen; on a metro's network a reader decides about half a megabyte; and arXiv is
asked (three questions, three seconds apart) only for what somebody wants to see. Nobody waits for
arXiv before the tap is answered, and a figure is found once for all readers.
"""

import logging
from collections import OrderedDict
from dataclasses import replace

from bot.render import figure as render
from bot.render.message import Button, Message
from bot.telegram.errors import MessageRefused
from bot.telegram.messenger import ChatAddress, Messenger
from core.fetch.http import BadStatus, HttpError, TooLarge
from core.figures.licences import permitting
from core.figures.pictures import LostPicture, Photo, PictureBomb, PictureError, UnfitPicture
from core.figures.service import Figures, MainFigure, html_page
from core.models.errors import SourceError
from core.models.values import Language, Paper, TextSource
from core.sandbox.workers import Heard
from core.store.papers.texts import StoredTexts

logger = logging.getLogger(__name__)

_SENT_ALREADY = 512


class FigureService:
    """Sends figures, or says where they are."""

    def __init__(
        self, figures: Figures, texts: StoredTexts, messenger: Messenger, stopped: Heard
    ) -> None:
        """`stopped` counts pictures that were given up."""
        self._figures = figures
        self._texts = texts
        self._messenger = messenger
        self._stopped = stopped
        self._fetching: set[tuple[int, str]] = set()
        self._file_ids: OrderedDict[str, str] = OrderedDict()
        """Telegram's names for pictures it has; after a restart they are uploaded once more."""

    async def added(self, page: Message, paper: Paper, language: Language) -> Message:
        """Return a page of a deep dive with the button for its figure, where there may be one."""
        return replace(page, buttons=render.placed(page, await self._button(paper, language)))

    async def is_at_hand(self, paper: Paper) -> bool:
        """Whether nobody has to be asked."""
        return await self._figures.known(paper) is not None

    def is_fetching(self, chat_id: int, paper_id: str) -> bool:
        return (chat_id, paper_id) in self._fetching

    async def show(
        self, paper: Paper, to: ChatAddress, language: Language, *, reply_to: int
    ) -> tuple[bool, Button | None]:
        """Send the figure, or say where it is, or why not.

        Return whether the dive's button means something else now, and which it is then.
        """
        key = (to.chat_id, paper.id)
        self._fetching.add(key)
        try:
            figure = await self._figures.find(paper)
            if figure.permitted is not None:
                sent = await self._sent(paper, figure, to, language, reply_to)
                if sent:
                    return False, None
        except (HttpError, SourceError) as error:
            logger.info("no figure of %s: %s", paper.id, error)
            said = render.unreachable(paper, language)
            await self._messenger.send(to, said, reply_to=reply_to)
            return False, None
        finally:
            self._fetching.discard(key)
        said = (
            render.linked(paper, figure.page_url, language)
            if figure.page_url
            else render.nothing(paper, language)
        )
        await self._messenger.send(to, said, reply_to=reply_to)
        return True, render.leading(figure.page_url, language) if figure.page_url else None

    async def _button(self, paper: Paper, language: Language) -> Button | None:
        known = await self._figures.known(paper)
        if known is not None:
            if known.permitted is not None:
                return render.button(paper, language)
            return render.leading(known.page_url, language) if known.page_url else None
        source = await self._texts.source(paper.id, paper.version)
        if source in (None, TextSource.ABSTRACT) or not paper.is_arxiv:
            return None  # whoever could not read it will not see its figures
        is_closed = paper.licence is not None and permitting(paper.licence) is None
        if is_closed and source is TextSource.ARXIV_HTML:
            return render.leading(html_page(paper), language)
        return render.button(paper, language)

    async def _sent(
        self, paper: Paper, figure: MainFigure, to: ChatAddress, language: Language, reply_to: int
    ) -> bool:
        """Send a permitted figure; False when its picture turns out to be no good."""
        licence = figure.permitted
        if licence is None or figure.picture_url is None:
            return False
        caption = render.caption(paper, figure, licence, language)
        file_id = self._file_ids.get(figure.picture_url)
        if file_id is not None:
            try:
                await self._messenger.send_photo(to, file_id, caption, reply_to=reply_to)
                return True
            except MessageRefused:  # Telegram has forgotten it
                del self._file_ids[figure.picture_url]
        photo = await self._photo(paper, figure)
        if photo is None:
            return False
        sent = await self._messenger.send_photo(to, photo.content, caption, reply_to=reply_to)
        if sent.file_id is not None:
            self._file_ids[figure.picture_url] = sent.file_id
            if len(self._file_ids) > _SENT_ALREADY:
                self._file_ids.popitem(last=False)
        return True

    async def _photo(self, paper: Paper, figure: MainFigure) -> Photo | None:
        """Return the picture; None for one that cannot be shown, for now or from now on.

        Only a whole picture that was looked at is a fact: a page of somebody in between is no
        picture either, and may be gone tomorrow.
        """
        for_good = False
        try:
            return await self._figures.photo(paper, figure)
        except (PictureError, TooLarge) as error:
            logger.info("the figure of %s is only linked: %s", paper.id, error)
            for_good = isinstance(error, UnfitPicture | PictureBomb)
            if isinstance(error, LostPicture):
                await self._stopped("a figure's picture", str(error))
        except BadStatus as error:
            if error.status not in (404, 410):
                raise
        await self._figures.give_up(paper, figure, for_good=for_good)
        return None
