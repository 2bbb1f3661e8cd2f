"""Report files: checked before the work, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from core.models.errors import UsageError
from core.models.values import Edition
from core.report.jsonform import render_json
from core.report.markdown import render_report


def prepare_folder(folder: Path) -> Path:
    """Return `folder`, made if needed; raise `UsageError` when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            f"cannot write to {folder}: {reason}; choose another folder with --out"
        ) from None
    return folder


def write_report(edition: Edition, folder: Path) -> Path:
    """Write the day's Markdown and JSON; return the Markdown's path. Raise `UsageError`."""
    path = _path(edition, folder)
    try:
        _write(path.with_suffix(".json"), render_json(edition))
        _write(path, render_report(edition))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot write {path}: {reason}") from None
    return path


def is_written(edition: Edition, folder: Path) -> bool:
    return _path(edition, folder).exists()


def _path(edition: Edition, folder: Path) -> Path:
    return folder / f"{edition.digest.day.isoformat()}.md"


def _write(path: Path, text: str) -> None:
    """Replace the file in one step: a reader never sees half a report."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.chmod(0o644)  # mkstemp's files are private; a report is for others
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
