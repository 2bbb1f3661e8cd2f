"""Figures kept as files, the oldest making room for new ones.

This is a cache and no record. A file that is gone is fetched again by what the database remembers
of the figure.
"""

import asyncio
import hashlib
from pathlib import Path

from core.figures.pictures import Photo

MOST_BYTES = 200_000_000
"""About a thousand figures."""
KINDS = ("png", "jpg")


class FigureFiles:
    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    async def get(self, name: str) -> Photo | None:
        return await asyncio.to_thread(self._read, name)

    async def put(self, name: str, photo: Photo) -> None:
        await asyncio.to_thread(self._write, name, photo)

    def _read(self, name: str) -> Photo | None:
        for kind in KINDS:
            try:
                return Photo((self._folder / f"{name}.{kind}").read_bytes(), kind)
            except FileNotFoundError:
                continue
        return None

    def _write(self, name: str, photo: Photo) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a crash in the middle must not leave half a picture to be sent.
        half = self._folder / f"{name}.part"
        half.write_bytes(photo.content)
        half.replace(self._folder / f"{name}.{photo.kind}")
        self._make_room()

    def _make_room(self) -> None:
        files = [(path, path.stat()) for kind in KINDS for path in self._folder.glob(f"*.{kind}")]
        files.sort(key=lambda file: (file[1].st_mtime_ns, file[0].name))
        total = sum(about.st_size for _, about in files)
        for path, about in files[:-1]:  # the newest stays, however large it is
            if total <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= about.st_size


def file_name(paper_id: str, version: int | None, picture_url: str) -> str:
    digest = hashlib.sha256(picture_url.encode()).hexdigest()[:12]
    return f"{paper_id.replace('/', '_')}v{version or 0}-{digest}"
