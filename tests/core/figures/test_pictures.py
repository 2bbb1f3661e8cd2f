"""Pictures become small photos in a process apart; what is none is refused by name."""

import io
from datetime import timedelta

import pytest
from PIL import Image, PngImagePlugin

from core.figures import pictures
from core.figures.pictures import (
    MAX_BYTES,
    MAX_SIDE,
    BrokenPicture,
    LostPicture,
    NotAPicture,
    PictureBomb,
    UnfitPicture,
    fitted,
    photo_of,
)
from tests.pictures import bomb, drawn, noise, saved

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect/></svg>'
LOGIN = b"<!DOCTYPE html><html><title>Sign in</title></html>"


def read(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_every_usual_format_becomes_a_photo(form: str) -> None:
    image = read(fitted(saved(drawn(), form)))
    assert (image.size, image.mode) == ((800, 400), "RGB")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_becomes_colour(mode: str) -> None:
    image = Image.new("I", (300, 300), 65_535).convert(mode) if "I" in mode else drawn(mode=mode)
    shown = read(fitted(saved(image)))
    assert shown.mode == "RGB"
    assert shown.getpixel((1, 1)) == (255, 255, 255)


def test_ink_of_a_printer_becomes_colour() -> None:
    assert read(fitted(saved(drawn(mode="CMYK"), "JPEG"))).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    shown = read(fitted(saved(Image.new("RGBA", (300, 200), (0, 0, 0, 0)))))
    assert shown.getpixel((100, 100)) == (255, 255, 255)


def test_of_a_moving_picture_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read(fitted(moving)).getpixel((9, 9)) == (255, 0, 0)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_large_photo_fits_afterwards(form: str) -> None:
    made = fitted(saved(noise(), form))
    assert len(made) <= MAX_BYTES
    assert max(read(made).size) <= MAX_SIDE
    assert read(made).format == "JPEG"


def test_nothing_of_the_old_file_s_metadata_is_kept() -> None:
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "somebody@example.org")
    made = fitted(saved(drawn(), pnginfo=about, dpi=(300, 300), icc_profile=b"profile"))
    assert b"somebody" not in made
    assert read(made).info == {}
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    assert b"at home" not in fitted(saved(noise(400, 300), "JPEG", exif=exif, comment=b"at home"))


def test_a_picture_lying_on_its_side_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read(fitted(saved(drawn(), "JPEG", exif=exif))).size == (400, 800)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotAPicture),
        (LOGIN, NotAPicture),
        (SVG, NotAPicture),
        (b"%PDF-1.7", NotAPicture),
        (saved(drawn(), "BMP"), NotAPicture),
        (saved(noise(400, 300))[:-60_000], BrokenPicture),
        (saved(noise(400, 300), "JPEG")[:5_000], BrokenPicture),
        (saved(drawn())[:200] + b"\0" * 500, BrokenPicture),
        (bomb(), PictureBomb),
        (bomb(9_000, 9_000), PictureBomb),
        (bomb(30_000, 200), UnfitPicture),
        (saved(drawn(60, 60)), UnfitPicture),
        (saved(drawn(2400, 150)), UnfitPicture),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(len(value)),
)
def test_what_is_no_photo_is_refused_by_name(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        fitted(data)


async def test_apart_it_gives_the_same() -> None:
    data = saved(drawn(2600, 1300))
    photo = await photo_of(data)
    assert (photo.content, photo.kind) == (fitted(data), "png")
    assert (await photo_of(saved(noise(900, 700)))).kind == "jpg"


@pytest.mark.parametrize(("data", "error"), [(LOGIN, NotAPicture), (bomb(), PictureBomb)])
async def test_apart_it_refuses_with_the_same_name(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"\w+"):
        await photo_of(data)


async def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(LostPicture):
        await photo_of(saved(drawn()), patience=timedelta(0))


@pytest.mark.parametrize(("code", "answer"), [(-9, b""), (1, b"half"), (0, b""), (3, b"Babble")])
async def test_a_child_that_dies_or_babbles_loses_the_picture(
    code: int, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ended(*_: object) -> tuple[int, bytes]:
        return code, answer

    monkeypatch.setattr(pictures, "run_apart", ended)
    with pytest.raises(LostPicture):
        await photo_of(b"anything")
