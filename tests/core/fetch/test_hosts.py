"""Which hosts may be asked because foreign data say so."""

import pytest

from core.fetch.hosts import is_loopback, is_public, may_be_public, resolves_publicly

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "151.101.3.42", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_asked(address: str) -> None:
    assert not is_public(address)
    assert not may_be_public(address)
    assert not may_be_public(f"[{address}]")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)
    assert may_be_public(address)
    assert resolves_publicly(address)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.0.1.", "1.2.3",
        "localhost", "LOCALHOST.", "printer", "a.localhost", "nas.local", "db.internal",
        "box.lan", "router.home.arpa", "", ".", "a..b", "a b.c", "%31.com", "x" * 254 + ".com",
        "999.999.999.999", "a.0x1",
    ],
)  # fmt: skip
def test_names_of_here_and_disguised_addresses_are_not_asked(host: str) -> None:
    assert not may_be_public(host)


@pytest.mark.parametrize(
    "host", ["arxiv.org", "export.arxiv.org.", "a_b.example.com", "xn--fiq228c.xn--fiqs8s", "1.de"]
)
def test_ordinary_names_are(host: str) -> None:
    assert may_be_public(host)


def test_a_name_may_resolve_to_what_clash_makes_up_but_it_is_no_literal() -> None:
    assert resolves_publicly("198.18.0.7")
    assert not may_be_public("198.18.0.7")
    assert not resolves_publicly("192.168.0.7")


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True), ("LocalHost.", True), ("a.localhost", True), ("127.8.9.1", True),
        ("::1", True), ("[::1]", True), ("::ffff:127.0.0.1", True), ("0.0.0.0", True),
        ("10.0.0.1", False), ("localhost.com", False), ("notlocalhost", False), ("", False),
    ],
)  # fmt: skip
def test_this_machine_is_known(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here
