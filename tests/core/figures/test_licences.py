import pytest

from core.figures.licences import permitting

CC = "creativecommons.org"


@pytest.mark.parametrize(
    ("stated", "name", "url"),
    [
        (f"http://{CC}/licenses/by/4.0/", "CC BY 4.0", f"https://{CC}/licenses/by/4.0/"),
        (f"https://{CC}/licenses/by/4.0", "CC BY 4.0", f"https://{CC}/licenses/by/4.0/"),
        (f"http://{CC}/licenses/by/3.0/", "CC BY 3.0", f"https://{CC}/licenses/by/3.0/"),
        (f"http://{CC}/licenses/by-sa/4.0/", "CC BY-SA 4.0", f"https://{CC}/licenses/by-sa/4.0/"),
        (
            f"http://{CC}/licenses/by-nc-sa/4.0/",
            "CC BY-NC-SA 4.0",
            f"https://{CC}/licenses/by-nc-sa/4.0/",
        ),
        (
            f"https://www.{CC}/licenses/BY-NC/4.0/deed.en",
            "CC BY-NC 4.0",
            f"https://{CC}/licenses/by-nc/4.0/",
        ),
        (f"http://{CC}/publicdomain/zero/1.0/", "CC0 1.0", f"https://{CC}/publicdomain/zero/1.0/"),
        (
            f"http://{CC}/licenses/publicdomain/",
            "Public Domain",
            f"https://{CC}/publicdomain/mark/1.0/",
        ),
    ],
)
def test_a_creative_commons_licence_permits_and_is_named(stated: str, name: str, url: str) -> None:
    licence = permitting(stated)
    assert licence is not None
    assert (licence.name, licence.url) == (name, url)


@pytest.mark.parametrize(
    "stated",
    [
        None,
        "",
        "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "http://arxiv.org/licenses/assumed-1991-2003/",
        f"http://{CC}/licenses/by-nd/4.0/",
        f"http://{CC}/licenses/by-nc-nd/4.0/",
        f"http://{CC}/licenses/by-nc-nd/3.0/",
        f"http://{CC}/licenses/",
        f"http://{CC}/licenses/by/9.0/",
        f"http://{CC}.example.org/licenses/by/4.0/",
        f"http://example.org/{CC}/licenses/by/4.0/",
        f"http://user@{CC}/licenses/by/4.0/",
        f"ftp://{CC}/licenses/by/4.0/",
        "CC BY 4.0",
        "http://[",
    ],
)
def test_everything_else_permits_nothing(stated: str | None) -> None:
    assert permitting(stated) is None
