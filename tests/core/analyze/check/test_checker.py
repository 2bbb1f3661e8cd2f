import pytest

from core.analyze.check.checker import Checker, CheckResult, Status
from core.models.values import Document, Section, TextSource
from tests.core.analyze.check.papers import TITLE, document, section

CHECKER = Checker(document(), TITLE)
TRAIN = "We train FlowIR on 8 A100 GPUs with a total batch size of 64 for 300K iterations."
SPEED = "FlowIR has 12.4M parameters and takes 35 ms per image, which is 3.2x faster than SwinIR."
VERSUS = "On DIV2K, FlowIR reaches 31.46 PSNR, compared with 30.84 for SwinIR"
DROP = "Without the gating module, PSNR drops from 31.46 to 30.92 dB."
ROW = "| Restormer | 31.07 | 0.1987 | 33.57 |"
OWN_ROW = "| FlowIR (ours) | 31.46 | 0.1523 | 33.91 |"
IDEA = "replaces the Gaussian source of the flow with the degraded image itself"


def _check(text: str, *quotes: str, free: bool = False) -> CheckResult:
    return CHECKER.check(text, quotes, free=free)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("用 8 块 A100 训练 30 万次迭代，批大小为 64。", TRAIN),
        ("Training uses 8 GPUs and a batch size of 64.", TRAIN),
        ("学习率为 2e-4。", "The learning rate is set to 2×10^-4 and halved at milestones."),
        ("The learning rate is 0.0002.", "The learning rate is set to 2×10^-4 and halved"),
        ("训练集约 8.6 万张图像。", "The training set consists of 85,791 images"),
        ("About 86K images are used for training.", "The training set consists of 85,791 images"),
        ("模型有 1240 万参数，单张耗时 0.035 秒。", SPEED),
        ("比 SwinIR 快 3.2 倍。", SPEED),
        ("It takes 35 milliseconds, 3.2 times faster than SwinIR.", SPEED),
        ("训练耗时 90 分钟。", "The complete training takes 1.5 hours."),
        ("掩码率为 75%。", "The masking ratio is 0.75 in all experiments."),
        ("在 DIV2K 上，本文 PSNR 达到 31.46，而 SwinIR 为 30.84。", VERSUS),
        ("On DIV2K the proposed method reaches 31.5 PSNR.", VERSUS),
        ("Restormer 在 GoPro 上的 PSNR 为 33.57。", ROW),
        ("The LPIPS of Restormer on DIV2K is 0.1987.", ROW),
        ("FlowIR 在 GoPro 上取得 33.91 的 PSNR。", OWN_ROW),
        ("Our method obtains an LPIPS of 0.152 on DIV2K.", OWN_ROW),
        ("以退化图像本身代替高斯噪声作为 flow 的起点。", IDEA),
        ("The flow starts from the degraded image instead of Gaussian noise.", IDEA),
    ],
)
def test_a_true_statement_is_verified(text: str, quote: str) -> None:
    verdict = _check(text, quote)
    assert verdict.status is Status.VERIFIED, verdict
    assert verdict.is_verified
    assert verdict.doubtful == ()


@pytest.mark.parametrize(
    ("text", "quote", "status", "doubtful"),
    [
        ("用 16 块 A100 训练。", TRAIN, Status.NUMBER_MISSING, "16"),
        ("Training uses 16 GPUs.", TRAIN, Status.NUMBER_MISSING, "16"),
        ("单张耗时 35 秒。", SPEED, Status.NUMBER_MISSING, "35 秒"),
        ("It takes 35 s per image.", SPEED, Status.NUMBER_MISSING, "35 s"),
        ("FlowIR 在 DIV2K 上的 PSNR 为 31.07。", OWN_ROW, Status.NUMBER_ELSEWHERE, "31.07"),
        ("FlowIR reaches 31.456 PSNR on DIV2K.", OWN_ROW, Status.NUMBER_MISSING, "31.456"),
        ("在 Urban100 上 PSNR 为 31.46。", VERSUS, Status.NAME_MISSING, "Urban100"),
        ("FlowIR outperforms NAFNet.", VERSUS, Status.NAME_MISSING, "NAFNet"),
    ],
)
def test_an_invention_is_named(text: str, quote: str, status: Status, doubtful: str) -> None:
    verdict = _check(text, quote)
    assert doubtful in verdict.doubtful, verdict
    assert verdict.status is status
    assert not verdict.is_verified


@pytest.mark.parametrize("text", ["批大小为 64。", "The batch size is 64."])
def test_a_statement_without_quotation_is_not_verified(text: str) -> None:
    assert _check(text).status is Status.NO_QUOTE
    assert _check(text, " ").status is Status.NO_QUOTE
    assert _check(text, "A batch size of 64 was found best.").status is Status.QUOTE_MISSING


@pytest.mark.parametrize(
    ("text", "quote", "derived"),
    [
        ("去掉门控模块后 PSNR 降低 0.54 dB。", DROP, "0.54 dB"),
        ("Without gating, PSNR falls by 0.54 dB.", DROP, "0.54 dB"),
        ("在 DIV2K 上比 SwinIR 高 0.62 dB。", VERSUS, "0.62 dB"),
    ],
)
def test_a_difference_of_two_numbers_in_the_evidence_is_derived(
    text: str, quote: str, derived: str
) -> None:
    assert _check(text, quote).is_verified
    assert not _check(text.replace(derived, f"9{derived}"), quote).is_verified


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("去掉门控模块后 PSNR 降低 0.64 dB。", DROP),
        ("Without gating, PSNR falls by 0.5 ms.", DROP),
        ("PSNR 为 0.54 dB。", DROP),
        ("The gating module has 0.54M parameters.", DROP),
    ],
)
def test_a_difference_that_does_not_follow_is_refused(text: str, quote: str) -> None:
    assert not _check(text, quote).is_verified


def test_a_suggestion_needs_no_quotation_but_true_numbers() -> None:
    assert _check("可以试试更大的批大小。", free=True).is_verified
    assert _check("Try the batch size of 64 on videos.", free=True).is_verified
    assert _check("把 PSNR 从 99.9 dB 提高。", free=True).doubtful == ("99.9 dB",)


def test_the_quotation_is_handed_back_whole_and_with_its_place() -> None:
    (quoted,) = _check("Without gating, PSNR drops to 30.92 dB.", "PSNR drops from 31.46 to").quotes
    assert quoted.text == DROP
    assert (quoted.section, quoted.label) == ("§4.2", None)
    (row,) = _check("Restormer 的 LPIPS 为 0.1987。", ROW).quotes
    assert (row.section, row.label) == ("§4.2", "Table 1")


SENTENCES = [
    "We train on two benchmarks (ISIC 2018 and ISIC 2020) with the same settings.",
    "It surpasses models such as Ristretto-3B and SAIL-VL-1.5-2B by a wide margin.",
    "We collect 100GB+ of text and 200GB+ of multimodal data from public sources.",
    r"The input $x \in \mathbb{R}^{H\times W\times 3}$ is encoded by four blocks (each 20 Hz) and",
]


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("在 ISIC 2018 上训练。", ()),
        ("它超过 SAIL-VL-1.5-2B。", ()),
        ("它超过 SAIL-VL-1.5-7B。", ("SAIL-VL-1.5-7B",)),
        ("共收集 200 GB 数据。", ()),
        ("共收集 300 GB 数据。", ("300 GB",)),
        (r"输入为 $x \in R^{H \times W \times 3}$。", ()),
        (r"输入为 x ∈ R^{H×W×5}。", ("5",)),
        ("每块以 20 Hz 运行。", ()),
        ("每块以 17 Hz 运行。", ("17 Hz",)),
    ],
)
def test_real_sentences_have_odd_shapes(text: str, doubtful: tuple[str, ...]) -> None:
    data = Section(id="§1", title="Data", level=1, text=" ".join(SENTENCES))
    real = Document(
        paper_id="2603.00001", version=1, source=TextSource.ARXIV_HTML, sections=(data,)
    )
    assert Checker(real, "A title").check(text, SENTENCES).doubtful == doubtful


PLACES = Checker(
    document(
        section(
            "§4", "Training",
            "For RVL we train for 10 epochs. For Tobacco the recipe takes 100 epochs on 4 GPUs.\n\n"
            "We implement a six-task protocol. The seven methods are run with seeds 0 and 1.",
        )
    ),
    TITLE,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "quote", "elsewhere"),
    [
        ("在 4 张 GPU 上训练 10 轮。", "For RVL we train for 10 epochs.", ()),
        ("训练 100 轮。", "For RVL we train for 10 epochs.", ("100",)),
        ("评测含六个任务。", "We implement a six-task protocol", ()),
        ("评测含七个任务。", "We implement a six-task protocol", ("七个",)),
        ("It has eight tasks.", "We implement a six-task protocol", ()),
        ("比较三条通路。", "We implement a six-task protocol", ()),
    ],
)
def test_a_number_of_the_paragraph_counts_where_the_sentence_has_no_other(
    text: str, quote: str, elsewhere: tuple[str, ...]
) -> None:
    assert PLACES.check(text, [quote]).elsewhere == elsewhere


@pytest.mark.parametrize(
    "text",
    [
        r"速度为 $\frac{1}{2}\beta_t x^2$，其中 $t\in[0,1]$。",
        r"以 $\|v_\theta(x_t,t)-(x_1-x_0)\|_2^2$ 为损失，步长 $\eta_t = 3\alpha$。",
        "这是 LLM-based 的方法，PSNR/SSIM 与 FlowIR-style 的先验见 Table 7。",
        "CVPR 2024 的基线用 ViT-B/16，Stage 2 取 top-5，4-bit 量化。",
    ],
)
def test_formulas_compounds_and_references_are_no_values_and_no_names(text: str) -> None:
    assert _check(text, IDEA).doubtful == ()


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("SwinIR 在 GoPro 上的 PSNR 为 33.57。", ("33.57",)),
        ("Restormer 在 GoPro 上的 PSNR 为 31.07。", ("31.07",)),
        ("The DIV2K LPIPS of Restormer is 33.57.", ("33.57",)),
        ("Restormer 的 DIV2K PSNR 为 31.07，GoPro PSNR 为 33.57。", ()),
        ("与 SwinIR 相比，我们在 GoPro 上达到 33.57。", ()),
        ("复原质量指标达到 33.57。", ()),
    ],
)
def test_a_rows_number_is_not_told_of_another_row_or_column(
    text: str, elsewhere: tuple[str, ...]
) -> None:
    assert _check(text, ROW).elsewhere == elsewhere
