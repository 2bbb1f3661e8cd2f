"""Pictures drawn for the tests: nobody's, and of any size."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw


def drawn(width: int = 800, height: int = 400, *, mode: str = "RGB") -> Image.Image:
    """Return a block diagram: three boxes with arrows between them."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    for number, name in enumerate(("Encoder", "Fusion", "Decoder")):
        left, top = width * (1 + 3 * number) // 10, height // 3
        pen.rectangle((left, top, left + width // 5, 2 * height // 3), "#cfe3ff", "#1f4e9c", 3)
        pen.text((left + 10, top + 10), name, "black", font_size=max(10, height // 14))
        if number:
            pen.line((left - width // 10, height // 2, left, height // 2), "#1f4e9c", 4)
    return image.convert(mode)


def noise(width: int = 2000, height: int = 1500) -> Image.Image:
    """Return what compresses badly, the same each time."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """Return an image file."""
    into = io.BytesIO()
    image.save(into, form, **options)
    return into.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """Return a PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")
