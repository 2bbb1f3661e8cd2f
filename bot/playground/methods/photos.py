"""Sending a photo: uploaded with the request, or one that was uploaded before.

The playground looks at a picture's size as Telegram does, but changes nothing of it.
"""

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from bot.playground import refusals
from bot.playground.methods.messages import MAX_CAPTION, send, shown_keyboard, uploaded
from bot.playground.methods.params import Json, Params
from bot.playground.posting import Posting
from bot.playground.refusals import bad
from bot.playground.validate import length, refuse_markup
from bot.playground.world import File, World

MAX_PHOTO: Final = 10 * 2**20
MAX_SIDES: Final = 10_000
"""Width and height together, in pixels."""
MAX_RATIO: Final = 20


def send_photo(world: World, params: Params) -> Json:
    posting = Posting(world)
    chat = posting.reachable(params.chat())
    content: Json = _photo(world, params) | _caption(posting, params) | shown_keyboard(params)
    return send(posting, chat, content, params)


def _photo(world: World, params: Params) -> Json:
    named = params.values.get("photo")
    if isinstance(named, str) and named and not named.startswith("attach://"):
        file = world.files.get(named)
        if file is None:
            raise bad(refusals.WRONG_FILE_ID)
        file_id = named
    else:
        file = uploaded(params, "photo", refusals.NO_PHOTO)
        file_id = ""
    width, height = _size(file)
    file_id = file_id or world.keep_file(file)
    about = {
        "file_id": file_id,
        "file_unique_id": f"unique-{file_id}",
        "width": width,
        "height": height,
        "file_size": len(file.content),
    }
    return {"photo": [about]}


def _size(file: File) -> tuple[int, int]:
    if not file.content:
        raise bad(refusals.EMPTY_FILE)
    if len(file.content) > MAX_PHOTO:
        raise bad(refusals.PHOTO_TOO_BIG)
    try:
        with Image.open(io.BytesIO(file.content)) as image:
            width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, ValueError):
        raise bad(refusals.NOT_AN_IMAGE) from None
    if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
        raise bad(refusals.PHOTO_DIMENSIONS)
    return width, height


def _caption(posting: Posting, params: Params) -> Json:
    caption = params.text("caption") or ""
    if not caption:
        return {}
    if parse_mode := params.text("parse_mode"):
        refuse_markup(caption, parse_mode)
    if length(caption.strip(" \n")) > MAX_CAPTION:
        raise bad(refusals.CAPTION_TOO_LONG)
    shown = posting.content(caption, params.objects("caption_entities"))
    renamed = {"text": "caption", "entities": "caption_entities"}
    return {renamed[name]: value for name, value in shown.items()}
