import pytest

from core.analyze.check.bindings import bind
from core.analyze.check.names import OURS, Familiar
from core.analyze.check.plain import plain

FAMILIAR = Familiar(own=frozenset({"flowir"}), rows=frozenset({"swinir", "restormer"}))


@pytest.mark.parametrize(
    ("text", "number", "names", "kinds"),
    [
        ("30.84 dB for SwinIR", 30.84, {"swinir"}, set()),
        ("SwinIR (30.84)", 30.84, {"swinir"}, set()),
        ("SwinIR 的 PSNR 为 30.84", 30.84, {"swinir"}, {"PSNR"}),
        ("The PSNR of SwinIR is 30.84.", 30.84, {"swinir"}, {"PSNR"}),
        ("我们的 PSNR 为 31.46", 31.46, {OURS}, {"PSNR"}),
        ("FlowIR reaches 31.46 dB PSNR", 31.46, {OURS}, {"PSNR"}),
        ("a batch size of 64", 64, set(), {"batch"}),
        ("批大小为 64", 64, set(), {"batch"}),
        ("8 张显卡", 8, set(), {"gpu"}),
        ("8 NVIDIA GPUs", 8, set(), {"gpu"}),
        ("学习率为 2e-4", 2e-4, set(), {"rate"}),
        ("a learning rate of 2e-4", 2e-4, set(), {"rate"}),
        ("crops of 256×256", 256, set(), {"resolution"}),
        ("参数量达到 12.4M", 12.4e6, set(), {"parameters"}),
    ],
)
def test_a_number_belongs_to_what_stands_by_it(
    text: str, number: float, names: set[str], kinds: set[str]
) -> None:
    bound = next(b for b in bind(plain(text), FAMILIAR) if b.number.value == pytest.approx(number))
    assert bound.names >= names
    assert bound.kinds == kinds


@pytest.mark.parametrize(
    "text",
    [
        "SwinIR and Restormer obtain 30.84 and 31.07, respectively.",
        "SwinIR 与 Restormer 分别为 30.84 和 31.07。",
        "30.84 for SwinIR and 31.07 for Restormer",
        "SwinIR (30.84), Restormer (31.07)",
        "SwinIR 为 30.84，Restormer 为 31.07",
    ],
)
def test_two_numbers_are_told_apart(text: str) -> None:
    first, second = bind(text, FAMILIAR)
    assert first.names == {"swinir"}
    assert second.names == {"restormer"}


def test_slashes_pair_metrics_with_their_numbers() -> None:
    first, second = bind("PSNR/SSIM of 31.20/0.8912", FAMILIAR)
    assert first.kinds == {"PSNR"}
    assert second.kinds == {"SSIM"}


@pytest.mark.parametrize("text", ["优于 SwinIR，达到 31.46", "outperforms SwinIR, reaching 31.46"])
def test_a_rival_does_not_own_the_number(text: str) -> None:
    (bound,) = bind(text, FAMILIAR)
    assert "swinir" not in bound.names


def test_a_text_beyond_any_sentence_is_read_in_stretches() -> None:
    text = "the batch size is 64 and so on; " * 500
    bound = bind(text, FAMILIAR)
    assert len(bound) == 500
    assert all(text[b.number.start : b.number.end] == "64" for b in bound)


@pytest.mark.parametrize("link", ["reach", "达到", "仅为", "to as at an a "])
def test_repeated_links_are_read_once(link: str) -> None:
    (bound,) = bind(f"PSNR {link * 60}! 30", FAMILIAR)
    assert bound.number.value == 30
