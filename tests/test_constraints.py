"""The pinned versions: every download has a hash, and nothing is left for pip to choose."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME = PROJECT["project"]["dependencies"]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
BUILD = PROJECT["build-system"]["requires"]


def pins(*names: str) -> list[tuple[Requirement, str]]:
    """Return the pinned requirements of some files, each with its hashes as they are written."""
    text = "".join((ROOT / name).read_text("utf-8") for name in names).replace("\\\n", "")
    found = [line.partition("--hash") for line in text.splitlines()]
    return [(Requirement(pinned), sign + hashes) for pinned, sign, hashes in found]


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_every_pin_is_one_version_with_its_hashes_and_names_no_address(name: str) -> None:
    for requirement, hashes in pins(name):
        assert re.fullmatch(r"==[\w.+!]+", str(requirement.specifier)), requirement
        assert re.fullmatch(r"(--hash=sha256:[0-9a-f]{64}\s*)+", hashes), requirement
        assert requirement.url is None


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (RUNTIME + BUILD, ["constraints.txt"]),
        (DEV, ["constraints.txt", "constraints-dev.txt"]),
    ],
)
def test_all_the_project_asks_for_is_pinned(wanted: list[str], names: list[str]) -> None:
    pinned = {canonicalize_name(found.name): found for found, _ in pins(*names)}
    for requirement in map(Requirement, wanted):
        found = pinned.get(canonicalize_name(requirement.name))
        assert found is not None, f"{requirement} is not pinned: run `make constraints`"
        [version] = [each.version for each in found.specifier]
        assert requirement.specifier.contains(version), f"{requirement}: run `make constraints`"


def test_no_package_is_pinned_twice_for_the_same_machine() -> None:
    seen: dict[str, list[Requirement]] = {}
    for requirement, _ in pins("constraints.txt", "constraints-dev.txt"):
        seen.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for requirements in seen.values():
        here = [each for each in requirements if each.marker is None or each.marker.evaluate()]
        assert len(here) <= 1
        assert len(requirements) == 1 or all(each.marker for each in requirements)
