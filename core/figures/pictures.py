"""Pictures made fit for a phone: decoded and made smaller in a process of their own.

    PictureError            (a PaperboyError) a picture is not to be had from these bytes
    ├── NotAPicture             something else: a login page, an SVG, a format nobody sends
    ├── BrokenPicture           cut off or damaged
    ├── PictureBomb             more pixels than any figure needs; not decoded at all
    ├── UnfitPicture            so small or so narrow that nothing would be seen
    └── LostPicture             the decoder died or took too long: another time it may not

An image is a program of a stranger's as much as a PDF is, so it is looked at where memory and time
are bounded; the header is believed for nothing but refusing. What comes out is a new picture:
nothing of the old file's metadata is in it.
"""

import io
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.models.errors import PaperboyError
from core.sandbox.child_process import REFUSED, run_apart
from core.sandbox.worker import bound_memory

if TYPE_CHECKING:  # a tenth of a second that only the child needs
    from PIL.Image import Image

MAX_SIDE: Final = 1280
"""Pixels: what Telegram shows a photo with at most, so that it has nothing to make smaller."""
MAX_BYTES: Final = 300_000
MAX_PIXELS: Final = 60_000_000
MIN_SIDE: Final = 120
MAX_RATIO: Final = 8
"""Beyond this a figure on a phone is a line."""
PATIENCE = timedelta(seconds=20)
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITIES: Final = (90, 82, 72, 60)
_SMALLER: Final = 0.75


class PictureError(PaperboyError):
    """No picture could be made."""


class NotAPicture(PictureError):
    """The bytes are something else."""


class BrokenPicture(PictureError):
    """The picture is cut off or damaged."""


class PictureBomb(PictureError):
    """The picture has too many pixels."""


class UnfitPicture(PictureError):
    """The picture is too small or too narrow."""


class LostPicture(PictureError):
    """The decoder died or took too long; the picture's fault, or this machine's just now."""


_ERRORS: dict[str, type[PictureError]] = {
    error.__name__: error for error in (NotAPicture, BrokenPicture, PictureBomb, UnfitPicture)
}


@dataclass(frozen=True)
class Photo:
    content: bytes
    kind: str
    """"png" or "jpg"."""


async def photo_of(data: bytes, *, patience: timedelta = PATIENCE) -> Photo:
    """Return the picture (of a moving one the first frame), small enough; raise `PictureError`."""
    try:
        code, answer = await run_apart("core.figures.pictures", data, patience)
    except TimeoutError:
        raise LostPicture(f"took over {patience.total_seconds():g} s") from None
    if code == REFUSED:
        name, _, said = answer.decode("utf-8", errors="replace")[:300].partition(" ")
        raise _ERRORS.get(name, LostPicture)(said)
    if code != 0 or not answer:
        raise LostPicture(f"decoding ended with code {code}")
    return Photo(answer, "png" if answer.startswith(b"\x89PNG") else "jpg")


# In the child


def fitted(data: bytes) -> bytes:
    """Return the picture as a PNG or JPEG that fits; raise `PictureError`."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check(*image.size)
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded smaller at once
            image.load()
            return _encoded(_flat(image))
    except UnidentifiedImageError:
        raise NotAPicture("not a PNG, JPEG, GIF or WebP") from None
    except Image.DecompressionBombError:
        raise PictureBomb("far too many pixels") from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise BrokenPicture(type(error).__name__) from None


def _check(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureBomb(f"{width} x {height} pixels")
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_RATIO * min(width, height):
        raise UnfitPicture(f"{width} x {height} pixels")


def _flat(image: "Image") -> "Image":
    """Return it upright, in colour, on white: what is transparent would be black in a JPEG."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits a pixel; a conversion would only clip them
        image = image.convert("F").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    image = image.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    image.info.clear()  # or comments and colour profiles would be written again
    return image


def _encoded(image: "Image") -> bytes:
    """Return the best form that is small enough: lines and letters stay sharp in a PNG."""
    form = _saved(image, "PNG")
    if len(form) <= MAX_BYTES:
        return form
    while True:
        for quality in _QUALITIES:
            form = _saved(image, "JPEG", quality=quality, optimize=True, progressive=False)
            if len(form) <= MAX_BYTES:
                return form
        image = image.resize((int(image.width * _SMALLER), int(image.height * _SMALLER)))


def _saved(image: "Image", form: str, **options: int) -> bytes:
    into = io.BytesIO()
    image.save(into, form, **options)
    return into.getvalue()


def _child() -> int:
    """Make standard input fit; runs in the child."""
    bound_memory()
    try:
        sys.stdout.buffer.write(fitted(sys.stdin.buffer.read()))
    except PictureError as error:
        sys.stdout.buffer.write(f"{type(error).__name__} {error}".encode())
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(_child())
