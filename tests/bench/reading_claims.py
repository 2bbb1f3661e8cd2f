"""What a model may say of a planted fact: truly, in two languages.

Every statement carries the quotation a model would give with it, sometimes with the harmless damage
quotations suffer on the way.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.reading_facts import Fact, Paper


@dataclass(frozen=True)
class Claim:
    """A statement with its quotation, and what was done to it; "" for the truth."""

    text: str
    quote: str
    section: str
    language: str
    kind: str
    planted: str = ""


Templates = dict[str, dict[str, tuple[str, ...]]]

TRUE: Templates = {
    "cell": {
        "zh": (
            "在 {data} 上，{method} 的 {metric} 为 {value}。",
            "{method} 在 {data} 数据集取得 {value} 的 {metric}。",
            "{data} 测试集上 {method} 达到 {metric} {value}，优于 {other_name} 的 {other_method}。",
            "{data} 上的 {metric}：{method} {value}，{other_name} {other_method}。",
            "就 {metric} 而言，{method} 在 {data} 上为 {short}。",
        ),
        "en": (
            "On {data}, {method} reaches a {metric} of {value}.",
            "{method} obtains {value} {metric} on {data}.",
            "{metric} on {data} is {value} for {method}, versus {other_method} for {other_name}.",
            "The {metric} of {method} on {data} is {short}.",
        ),
    },
    "versus": {
        "zh": (
            "在 {data} 上本文 {metric} 达到 {ours}，而 {first} 为 {a}，{second} 为 {b}。",
            "{metric} 上，本文方法（{ours}）高于 {first}（{a}）与 {second}（{b}）。",
            "{first} 在 {data} 上的 {metric} 为 {a}。",
            "与 {second} 的 {b} 相比，本文在 {data} 上取得 {ours} 的 {metric}。",
        ),
        "en": (
            "{first} reaches {a} {metric} on {data}, {second} {b}, and the proposed method {ours}.",
            "Ours obtains {ours} {metric} on {data}, against {b} for {second}.",
            "The {metric} of {second} on {data} is {b}.",
        ),
    },
    "gpus": {
        "zh": (
            "使用 {gpus} 块 A100 GPU 训练，批大小为 {batch}。",
            "训练 {iterations}K 次迭代，batch size 为 {batch}。",
            "共迭代 {iterations_wan} 万步，用了 {gpus} 张 GPU。",
        ),
        "en": (
            "Training uses {gpus} GPUs and a batch size of {batch}.",
            "The model is trained for {iterations},000 iterations with batch size {batch}.",
        ),
    },
    "rate": {
        "zh": ("初始学习率为 {rate}。", "优化时 learning rate 取 {rate}。"),
        "en": ("The learning rate is {rate}.", "It is trained with a learning rate of {rate}."),
    },
    "images": {
        "zh": ("训练集共 {images} 张图像，裁剪为 {patch} 像素。", "训练数据含 {images} 张图片。"),
        "en": ("{images} images are used for training, cropped to {patch} pixels.",),
    },
    "ablation": {
        "zh": (
            "去掉该组件后 PSNR 从 {full} dB 降到 {less} dB。",
            "消融显示 PSNR 由 {full} 降至 {less} dB，相差 {gap} dB。",
        ),
        "en": (
            "Without it, PSNR falls from {full} dB to {less} dB.",
            "Removing {part} costs {gap} dB: PSNR goes from {full} to {less} dB.",
        ),
    },
    "size": {
        "zh": (
            "参数量 {millions}M，单图推理 {latency} ms。",
            "模型有 {wan} 万参数，比 {rival} 快 {factor} 倍。",
            "计算量为 {flops} GFLOPs，单张图像耗时 {latency} 毫秒。",
        ),
        "en": (
            "With {millions} million parameters it takes {latency} ms per image.",
            "It runs {factor}x faster than {rival}, at {flops} GFLOPs.",
        ),
    },
    "hours": {
        "zh": ("完整训练耗时 {minutes} 分钟。", "训练共需 {hours} 小时。"),
        "en": ("Training takes {minutes} minutes in total.", "Training takes {hours} h."),
    },
    "study": {
        "zh": (
            "{people} 名参与者的用户研究中，{share}% 的投票偏好本文而非 {rival}。",
            "用户研究里有 {share}％ 的票选择本文方法，对手为 {rival}。",
        ),
        "en": (
            "{people} participants took part; {share} percent of votes went to the method "
            "rather than {rival}.",
        ),
    },
    "mask": {
        "zh": ("掩码比例统一取 {percent}%。", "masking ratio 为 {ratio}。"),
        "en": ("The masking ratio is {percent}%.",),
    },
    "idea": {
        "zh": (
            "以退化图像本身代替高斯噪声作为 flow 的起点。",
            "预训练模型的速度场已把纹理与结构分开。",
            "先预测置信度最高的区域，再细化其余部分。",
            "冻结的文本编码器对复原有害，因为文字描述内容而非退化。",
        ),
        "en": (
            "Sampling starts from the degraded image instead of Gaussian noise.",
            "A pretrained velocity field already separates texture from structure.",
            "The most confident region is predicted first, the rest is refined.",
            "A frozen text encoder hurts restoration since captions do not describe degradation.",
        ),
    },
    "step": {
        "zh": (
            "编码器冻结，仅以感知损失微调解码器。",
            "推理时先把退化输入编码到潜空间，再沿学到的路径传输。",
            "轻量门控模块逐窗口决定是否需要全局注意力。",
            "预热阶段梯度不经过判别器。",
            "两个分支除最后的归一化层外共享权重。",
        ),
        "en": (
            "The encoder stays frozen and the decoder is fine-tuned with a perceptual loss.",
            "The degraded input is encoded into the latent space and transported along the "
            "learned path.",
            "A gating module decides per window whether global attention is needed.",
            "During warm-up no gradients pass through the discriminator.",
            "Both branches share all weights but the last normalization layers.",
        ),
    },
    "limit": {
        "zh": (
            "作者承认在强运动模糊和过曝光源下会失败。",
            "先验来自自然照片，线稿和文档复原不忠实。",
            "作者把视频扩展留作未来工作，因为未约束时间一致性。",
            "在移动端推理仍慢于回归式网络。",
        ),
        "en": (
            "The authors say it fails with heavy motion blur and saturated lights.",
            "Line drawings and documents are not restored faithfully, since the prior saw "
            "photographs only.",
            "Videos are left for future work.",
            "On mobile devices inference is slower than regression networks.",
        ),
    },
}
PLAIN = frozenset({"idea", "step", "limit"})


def true_claims(paper: Paper, rng: random.Random) -> Iterator[Claim]:
    """Yield a true statement in each language for every fact, each with its quotation."""
    for fact in chosen(paper, rng):
        for language in ("zh", "en"):
            yield claim(fact, fact.values, language, rng, quote=handled(fact, rng))


def chosen(paper: Paper, rng: random.Random) -> list[Fact]:
    cells = [fact for fact in paper.facts if fact.kind == "cell"]
    return rng.sample(cells, 6) + [fact for fact in paper.facts if fact.kind != "cell"]


def claim(
    fact: Fact,
    values: dict[str, str],
    language: str,
    rng: random.Random,
    *,
    quote: str,
    planted: str = "",
    needs: str = "",
) -> Claim:
    templates = TRUE[fact.kind][language]
    if fact.kind in PLAIN:
        text = templates[int(fact.values["index"])]
    else:
        fitting = [template for template in templates if not needs or "{" + needs + "}" in template]
        text = rng.choice(fitting).format(**_filled(values))
    return Claim(text, quote, fact.section, language, fact.kind, planted)


def _filled(values: dict[str, str]) -> dict[str, str]:
    filled = dict(values)
    if "value" in values:
        filled["short"] = _rounded(values["value"])
    if "iterations" in values:
        filled["iterations_wan"] = f"{int(values['iterations']) / 10:g}"
    return filled


def _rounded(value: str) -> str:
    digits = len(value.split(".")[1]) - 1
    return f"{float(value) + 1e-9:.{digits}f}"


def handled(fact: Fact, rng: random.Random) -> str:
    """Return a fact's quotation as a model may hand it back."""
    quote = fact.quote
    ways: list[Callable[[str], str]] = [
        lambda q: q,
        lambda q: q,
        lambda q: q.replace(" [12, 31]", ""),
        lambda q: q.replace("$", "").replace(r"\times", "×").replace("{", "").replace("}", ""),
        lambda q: q.rstrip("."),
        lambda q: q.upper() if len(q) < 60 else q,
        lambda q: q.replace(" | ", "  ").replace("fine-tuned", "finetuned"),
        _shortened,
    ]
    return rng.choice(ways)(quote)


def _shortened(quote: str) -> str:
    words = quote.split()
    if len(words) < 14 or "|" in quote:
        return quote
    return " ".join(words[:6]) + " … " + " ".join(words[-6:])
