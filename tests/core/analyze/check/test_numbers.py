import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analyze.check.numbers import Number, numbers_in, supports
from core.analyze.check.plain import plain


def values_in(text: str) -> list[Number]:
    """Return the numbers of a text that are no names."""
    return [number for number in numbers_in(plain(text)) if not number.is_name]


READ = [
    # plain, grouped, decimal
    ("32 images", 32, ""), ("31.2", 31.2, ""), ("0.001", 0.001, ""), ("1,024 tokens", 1024, ""),
    ("1,281,167 images", 1281167, ""), ("118{,}287 images", 118287, ""),
    ("12\\,800 images", 12800, ""),
    ("12\u2009800 images", 12800, ""), ("共 3,450 张图像", 3450, ""), ("-1.5", 1.5, ""),
    ("−1.5", 1.5, ""), ("使用３２张显卡", 32, ""), ("$32$ images", 32, ""),
    # magnitudes
    ("300K iterations", 3e5, ""), ("300k steps", 3e5, ""), ("1.2M images", 1.2e6, ""),
    ("7B parameters", 7e9, ""), ("1.2 million images", 1.2e6, ""), ("1.3 billion", 1.3e9, ""),
    ("2 trillion tokens", 2e12, ""), ("120 万", 1.2e6, ""), ("120万张", 1.2e6, ""),
    ("1.2 亿", 1.2e8, ""), ("30亿参数", 3e9, ""), ("5 千张", 5e3, ""), ("3 百万", 3e6, ""),
    ("2 thousand", 2e3, ""), ("1.5 万亿", 1.5e12, ""),
    # powers
    ("1e-4", 1e-4, ""), ("2E-5", 2e-5, ""), (r"$2\times10^{-4}$", 2e-4, ""), ("2×10⁻⁴", 2e-4, ""),
    ("10^-4", 1e-4, ""), (r"$10^{-4}$", 1e-4, ""), ("2 x 10^-4", 2e-4, ""),
    ("10^6 images", 1e6, ""),
    ("2^10 entries", 1024, ""), ("1e5", 1e5, ""), (r"$1.5\cdot10^{3}$", 1500, ""),
    # percent
    ("31.7%", 31.7, "%"), ("31.7 %", 31.7, "%"), (r"31.7\%", 31.7, "%"), 
    ("31.7 percent", 31.7, "%"),
    ("31.7 per cent", 31.7, "%"), ("31.7％", 31.7, "%"), ("2.5 个百分点", 2.5, "%"),
    ("3 percentage points", 3, "%"), ("1.2 pp", 1.2, "%"), ("提升 1.5 个点", 1.5, ""),
    # factors
    ("3.2x", 3.2, "x"), ("3.2×", 3.2, "x"), ("3.2 倍", 3.2, "x"), ("3.2 times", 3.2, "x"),
    (r"$3.2\times$", 3.2, "x"), ("10-fold", 10, "x"), ("twice", 2, "x"), ("两倍", 2, "x"),
    ("half", 0.5, "x"), ("一半", 0.5, "x"),
    # time
    ("12 ms", 0.012, "s"), ("12毫秒", 0.012, "s"), ("35 µs", 35e-6, "s"), ("2 s", 2, "s"),
    ("2.5 秒", 2.5, "s"), ("90 minutes", 5400, "s"), ("90 分钟", 5400, "s"), ("1.5 h", 5400, "s"),
    ("1.5 hours", 5400, "s"), ("1.5 小时", 5400, "s"), ("3 days", 259200, "s"),
    ("3 天", 259200, "s"),
    ("2 个小时", 7200, "s"), ("2 weeks", 1209600, "s"), ("a 48-hour run", 172800, "s"),
    # other units
    ("31.2 dB", 31.2, "dB"), ("31.2dB", 31.2, "dB"), ("0.4 分贝", 0.4, "dB"),
    ("80 GB", 8e10, "B"), ("80GB", 8e10, "B"), ("512 MB", 5.12e8, "B"), ("24 GiB", 2.4e10, "B"),
    ("12.3 GFLOPs", 12.3e9, "FLOPs"), ("1.1 TFLOPs", 1.1e12, "FLOPs"), ("3.1 GMACs", 3.1e9, "MACs"),
    ("24 FPS", 24, "fps"), ("24 frames per second", 24, "fps"), ("256 pixels", 256, "px"),
    ("256 像素", 256, "px"), ("5 mm", 0.005, "m"), ("5 厘米", 0.05, "m"), ("16 kHz", 16000, "Hz"),
    ("300 W", 300, "W"),
    # in brackets, where "(1)" and "2)" would be marks
    ("(e.g., 20 Hz) and", 20, "Hz"), ("(error < 2%) but", 2, "%"), ("(with K = 4) and", 4, ""),
    ("(below 1 mm) and", 0.001, "m"), ("（学习率 2）在", 2, ""),
    ("1.9 M slices", 1.9e6, ""), ("1.9~M slices", 1.9e6, ""), ("1.9 m long", 1.9, "m"),
    (r"$x \in \mathbb{R}^{H\times W\times 3}$", 3, ""), ("x∈ RH×W×3, a", 3, ""), ("×4 SR", 4, "x"),
    # words that count, and what is said to be no exact number
    ("eight GPUs", 8, ""), ("about 32", 32, ""), ("约 32", 32, ""), ("over 3,000 images", 3000, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "unit"), READ)
def test_a_number_is_read_with_its_value_and_unit(text: str, value: float, unit: str) -> None:
    (number,) = values_in(text)
    assert number.value == pytest.approx(value)
    assert number.unit == unit


NONE = [
    "Section 3", "Sec. 3.2", "Table 4", "Tables 4", "Fig. 2", "Figure 12", "Eq. (3)", "Appendix 2",
    "§3.2", "表 4", "图 2", "第 3 节", "公式 5", "附录 2", "ResNet-50", "ViT-B/16", "GPT-4", "3D",
    "2nd", "CVPR 2024", "2024 年", "[12, 3]", "(Smith et al., 2020)", "Algorithm 1",
    "x_2", "top1", "1) we", "Set5", "Urban100", "no digits at all", "arXiv:2603.00001",
    "12345678901234567890",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert values_in(text) == []


def test_a_pair_of_numbers_behind_chinese_words_is_two_numbers() -> None:
    assert [n.value for n in numbers_in("其PSNR为31.2/0.91，取值3.1-4.2")] == [31.2, 0.91, 3.1, 4.2]


def test_a_chinese_comma_stands_between_two_numbers() -> None:
    found = numbers_in(plain("在 256 × 256，400 步时，值为 1,024"))
    assert [number.value for number in found][-2:] == [400, 1024]


def test_a_letter_that_is_set_to_a_number_is_no_magnitude() -> None:
    assert [n.value for n in numbers_in("with N = 2 K = 4 and 3 M samples")] == [2, 4, 3e6]


def test_sides_of_a_size_have_no_factor() -> None:
    assert [(n.value, n.unit) for n in numbers_in("256×256 and 512x512")] == [
        (256, ""), (256, ""), (512, ""), (512, ""),
    ]  # fmt: skip


SUPPORTED = [
    ("31.24 dB", "31.24 dB"), ("31.24 dB", "31.2 dB"), ("31.24", "31.2 dB"), ("31.25", "31.3"),
    ("1,281,167", "1.28M"), ("1.2M", "120 万"), ("1.2 million", "1,200,000"), ("3.2x", "3.2 倍"),
    ("1.5 h", "90 minutes"), ("1.5 hours", "90 分钟"), ("0.75", "75%"), ("75%", "0.75"),
    ("300K", "30 万"), ("2e-4", "0.0002"), ("$2\\times10^{-4}$", "2e-4"), ("12.3 ms", "12 ms"),
    ("12 ms", "0.012 s"), ("-0.4", "0.4"), ("1,283", "约 1300"), ("31.87", "约 32"), ("eight", "8"),
    ("half", "50%"), ("twice", "2 倍"), ("89.3%", "89%"), ("80 GB", "80GB"), ("0.1234", "0.123"),
    ("93", "nearly 100"), ("1.8x", "约 2 倍"),
    ("1.1 TFLOPs", "1100 GFLOPs"), ("4096", "4.1K"), ("2,048", "2048"),
]  # fmt: skip
NOT_SUPPORTED = [
    ("31.2", "31.24"), ("31.24", "31.3"), ("31.25 dB", "31.2 %"), ("3.2x", "3.3 倍"),
    ("32", "320"), ("32", "33"), ("12 ms", "12 s"), ("12 ms", "12"), ("80 GB", "80"),
    ("1.5 h", "1.5 minutes"), ("0.75", "76%"), ("75", "0.75"), ("120 万", "120"), ("1.2M", "1.2B"),
    ("1,283", "1300"), ("31.87", "30"), ("8.6", "9"), ("2e-4", "2e-5"), ("two", "3"), ("0.95", "1"),
    ("1.28M", "1,281,167"), ("90 minutes", "1.6 h"), ("3.2x", "3.2 dB"), ("24 FPS", "24 px"),
    ("10^-4", "10^-5"), ("0", "0.1"), ("89%", "89.3%"), ("79%", "<100%"), ("1.4x", "约 1 倍"),
]  # fmt: skip


def _one(text: str) -> Number:
    (number,) = values_in(text)
    return number


@pytest.mark.parametrize(("known", "said"), SUPPORTED)
def test_the_papers_number_bears_out_what_is_said(known: str, said: str) -> None:
    assert supports(_one(known), _one(said))


@pytest.mark.parametrize(("known", "said"), NOT_SUPPORTED)
def test_another_or_a_finer_number_is_not_borne_out(known: str, said: str) -> None:
    assert not supports(_one(known), _one(said))


FORMS = [
    "{}",
    "{} %",
    "{}%",
    "{} dB",
    "{}x",
    "{} 倍",
    "{}M",
    "{} 万",
    "{} ms",
    "{} GB",
    "${}$",
    "（{}）",
]
DECIMALS = st.decimals(
    min_value="0.001", max_value="999999", allow_nan=False, allow_infinity=False, places=3
)


@given(DECIMALS, st.sampled_from(FORMS), st.sampled_from(["PSNR is {} here.", "其值为 {}。", "{}"]))
def test_a_number_printed_in_any_form_is_found_again(
    value: object, form: str, sentence: str
) -> None:
    said = _one(form.format(value))
    assert any(supports(n, said) for n in numbers_in(plain(sentence.format(form.format(value)))))


@given(st.integers(min_value=1, max_value=10**9))
def test_grouping_changes_no_number(value: int) -> None:
    assert supports(_one(f"{value:,} images"), _one(f"{value} images"))


ALPHABET = string.digits * 3 + ".,-+^×xeE%()[]|{}$\\ \n/~约万亿倍分图表为KMBGms第"


@given(st.text(alphabet=ALPHABET, max_size=80) | st.text(max_size=80))
def test_no_text_raises_and_every_number_stands_where_it_says(text: str) -> None:
    flat = plain(text)
    for number in numbers_in(flat):
        assert number.text in flat[number.start - 2 if number.start > 1 else 0 : number.end]
        assert number.step >= 0


@pytest.mark.parametrize(
    "text", ["999999999999999^99", "0.000000000001^-99", "9^99 trillion", "10^10^10^", "1e99999"]
)
def test_a_power_no_float_holds_is_no_error(text: str) -> None:
    assert all(supports(number, number) for number in numbers_in(plain(text)))


@pytest.mark.parametrize(
    "text",
    ["2-rectified flow", "4-bit", "1-step", "Stage 1", "CIFAR-100", "SD3.5", "Task 6", "阶段 2"],
)
def test_a_name_with_digits_is_no_value(text: str) -> None:
    assert values_in(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("十二层", 12), ("三十步", 30), ("六个任务", 6), ("两倍", 2), ("二十一类", 21)],
)
def test_chinese_numerals_count(text: str, value: float) -> None:
    assert [number.value for number in numbers_in(text)] == [value]


def test_a_power_whose_superscript_was_lost_bears_out_the_power() -> None:
    known = numbers_in(plain("a total of 5 × 1022 operations and 2 × 10−4"))
    for said in ("5 × 10^22", "2e-4"):
        assert any(supports(number, _one(said)) for number in known)
    assert not any(supports(number, _one("5 × 10^21")) for number in known)
