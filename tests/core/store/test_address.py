from pathlib import Path

import pytest

from core.models.errors import StoreError
from core.store.address import parse


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///data/paperboy.db", Path("data/paperboy.db")),
        ("sqlite:////var/lib/paperboy.db", Path("/var/lib/paperboy.db")),
        ("sqlite:///50% 数据/论文 日报.db", Path("50% 数据/论文 日报.db")),
    ],
)
def test_a_sqlite_url_names_a_file(url: str, file: Path) -> None:
    address = parse(url)

    assert address.file == file
    assert address.url.drivername == "sqlite+aiosqlite"
    assert not address.in_memory


def test_memory_is_no_file() -> None:
    address = parse("sqlite:///:memory:")

    assert address.file is None
    assert address.in_memory


def test_a_postgresql_url_gets_its_driver_and_keeps_its_password_to_itself() -> None:
    address = parse("postgresql://paperboy:s3cret@db:5432/papers")

    assert address.url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://paperboy:s3cret@db:5432/papers"
    )
    assert "s3cret" not in address.name


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://paperboy:s3cret@db/papers", "databases at mysql:// are not supported"),
        ("sqlite+pysqlite:///x.db", "sqlite+pysqlite:// are not supported"),
        ("data/paperboy.db", "cannot be read: write it like sqlite:///data/paperboy.db"),
        ("", "cannot be read"),
        ("postgresql://paperboy:s3cret@db:port/papers", "cannot be read"),
        ("sqlite://data/paperboy.db", "three slashes"),
        ("sqlite://", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("sqlite:///x.db?mode=ro", "three slashes"),
    ],
)
def test_a_wrong_url_gets_one_clear_sentence_without_its_password(url: str, sentence: str) -> None:
    with pytest.raises(StoreError) as caught:
        parse(url)

    assert sentence in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
