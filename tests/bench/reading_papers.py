"""Papers for the checker's bench: made up with a seed (printed by `reading_print`).

What is asked about a paper is known because it was planted: each `Fact` says where its evidence
stands and what a reader may truthfully say. The words of the statements are in `reading_claims`;
the sentences here were written without looking at what the checker understands.
"""

import random
from collections.abc import Sequence

from tests.bench.reading_facts import DATASETS, METHODS, METRICS, Paper

_NEW = ("Flow", "Mask", "Prior", "Latent", "Token", "Wave", "Shift", "Rect", "Morph", "Sharp")
_NEW_END = ("IR", "SR", "Net", "Former", "Diff", "AR", "Fuse", "Mix", "RF", "Edit")


def make(rng: random.Random, filler: Sequence[str]) -> Paper:
    """Return a paper; `filler` are sentences of real papers to stand around its own."""
    paper = Paper(own=rng.choice(_NEW) + rng.choice(_NEW_END))
    paper.methods = rng.sample(METHODS, 6)
    paper.datasets = rng.sample(DATASETS, 3)
    paper.head("1", "Introduction")
    paper.say(*rng.sample(filler, 4))
    _idea(paper, rng)
    paper.head("2", "Related Work")
    paper.say(*rng.sample(filler, 6))
    paper.head("3", "Method")
    paper.say(*rng.sample(filler, 3))
    _method(paper, rng)
    paper.head("4", "Experiments")
    paper.head("4.1", "Implementation Details")
    _training(paper, rng)
    paper.head("4.2", "Main Results")
    _results(paper, rng)
    paper.head("4.3", "Ablation and Efficiency")
    _ablation(paper, rng)
    _efficiency(paper, rng)
    _study(paper, rng)
    paper.head("5", "Limitations")
    _limits(paper, rng)
    paper.say(*rng.sample(filler, 2))
    return paper


_IDEAS = (
    "{own} replaces the Gaussian source of the flow with the degraded image itself, so that "
    "sampling starts close to its target.",
    "Our key observation is that the velocity field of a pretrained model already separates "
    "texture from structure.",
    "Instead of predicting tokens in raster order, {own} predicts the most confident region "
    "first and refines the rest.",
    "We show that a frozen text encoder hurts restoration, because captions describe content "
    "but not degradation.",
)
_STEPS = (
    "The encoder is kept frozen while the decoder is fine-tuned with a perceptual loss.",
    "At inference, the degraded input is first encoded into the latent space and then "
    "transported along the learned path.",
    "A lightweight gating module decides for every window whether global attention is needed.",
    "Gradients are not propagated through the discriminator during the warm-up phase.",
    "The two branches share all weights except the last normalization layers.",
)
_SHORTCOMINGS = (
    "Our method fails on images with heavy motion blur and saturated light sources.",
    "Since the prior was trained on natural photographs, line drawings and documents are not "
    "restored faithfully.",
    "We leave the extension to videos for future work because temporal consistency is not "
    "enforced.",
    "Inference remains slower than regression-based networks on mobile devices.",
)


def _plainly(paper: Paper, rng: random.Random, kind: str, table: Sequence[str], most: int) -> None:
    for sentence in rng.sample(table, most):
        text = sentence.format(own=paper.own)
        paper.say(text)
        paper.know(kind, text, index=str(table.index(sentence)))


def _idea(paper: Paper, rng: random.Random) -> None:
    _plainly(paper, rng, "idea", _IDEAS, 2)


def _method(paper: Paper, rng: random.Random) -> None:
    _plainly(paper, rng, "step", _STEPS, 3)


def _limits(paper: Paper, rng: random.Random) -> None:
    _plainly(paper, rng, "limit", _SHORTCOMINGS, 2)


def _training(paper: Paper, rng: random.Random) -> None:
    gpus, batch = rng.sample([4, 8, 16, 24, 32, 64, 96, 128, 256], 2)
    iterations = rng.choice([100, 150, 200, 300, 400, 500, 800])
    rate = rng.choice(["1e-4", "2e-4", "5e-5", "3e-5"])
    mantissa, exponent = rate.split("e")
    tex = rf"${mantissa}\times10^{{{exponent}}}$" if rng.random() < 0.6 else rate
    form = rng.choice(
        [
            f"We train {paper.own} on {gpus} A100 GPUs with a total batch size of {batch} for "
            f"{iterations}K iterations.",
            f"Training runs for {iterations},000 iterations with a batch size of {batch} on "
            f"{gpus} NVIDIA A100 GPUs.",
            f"All models are optimized for {iterations}k steps using {gpus} GPUs, where the "
            f"batch size is set to {batch}.",
        ]
    )
    rate_form = rng.choice(
        [
            f"We use AdamW with an initial learning rate of {tex} and cosine decay.",
            f"The learning rate is set to {tex} and halved at milestones.",
        ]
    )
    images = rng.choice([3450, 12800, 85791, 118287, 800000])
    data_form = rng.choice(
        [
            f"The training set consists of {images:,} images [12, 31] cropped to "
            f"{(patch := rng.choice([64, 128, 192, 256, 512]))} pixels.",
            f"We collect {images:,} high-quality images and crop patches of size "
            f"${(patch)}\\times{patch}$.",
        ]
    )
    paper.say(form, rate_form, data_form)
    paper.know("gpus", form, gpus=str(gpus), batch=str(batch), iterations=str(iterations))
    paper.know("rate", rate_form, rate=rate)
    paper.know("images", data_form, images=str(images), patch=str(patch))


def _value(metric: str, rng: random.Random, quality: float) -> str:
    low, high, digits, is_up = METRICS[metric]
    share = quality if is_up else 1 - quality
    return f"{low + (high - low) * share:.{digits}f}"


def _results(paper: Paper, rng: random.Random) -> None:
    metrics = rng.sample(list(METRICS), 2)
    rows = [*paper.methods, f"{paper.own} (ours)"]
    table: list[list[str]] = []
    heads = ["Method"] + [f"{data} {metric}" for data in paper.datasets for metric in metrics]
    cells: dict[tuple[str, str, str], str] = {}
    seen: set[str] = set()
    for number, row in enumerate(rows):
        line = [row]
        for data in paper.datasets:
            for metric in metrics:
                value = ""
                while not value or value in seen:
                    base = 0.25 + 0.08 * number + rng.uniform(0, 0.07)
                    value = _value(metric, rng, base)
                seen.add(value)
                cells[row, data, metric] = value
                line.append(value)
        table.append(line)
    caption = f"Quantitative comparison on {', '.join(paper.datasets)}. Best results are in bold."
    paper.blocks.append(("table", (caption, heads, table)))
    for number, row in enumerate(rows):
        for data in paper.datasets:
            for metric in metrics:
                paper.know(
                    "cell",
                    " | ".join(table[number]),
                    method=row.removesuffix(" (ours)"),
                    data=data,
                    metric=metric,
                    value=cells[row, data, metric],
                    other_method=cells[rows[(number + 1) % len(rows)], data, metric],
                    other_name=rows[(number + 1) % len(rows)].removesuffix(" (ours)"),
                    other_metric=cells[row, data, metrics[1 - metrics.index(metric)]],
                    other_metric_name=metrics[1 - metrics.index(metric)],
                    other_data=cells[
                        row, paper.datasets[(paper.datasets.index(data) + 1) % 3], metric
                    ],
                )
    _prose(paper, rng, cells, metrics, rows)


def _prose(
    paper: Paper,
    rng: random.Random,
    cells: dict[tuple[str, str, str], str],
    metrics: list[str],
    rows: list[str],
) -> None:
    data, metric = paper.datasets[0], metrics[0]
    ours = cells[rows[-1], data, metric]
    first, second = rng.sample(paper.methods, 2)
    a, b = cells[first, data, metric], cells[second, data, metric]
    form = rng.choice(
        [
            f"On {data}, {paper.own} reaches {ours} {metric}, compared with {a} for {first} and "
            f"{b} for {second}.",
            f"In terms of {metric} on {data}, {first} and {second} obtain {a} and {b}, "
            f"respectively, whereas ours obtains {ours}.",
            f"As can be seen, our {metric} of {ours} on {data} is clearly better than that of "
            f"{first} ({a}) and {second} ({b}).",
        ]
    )
    paper.say(form)
    paper.know(
        "versus", form, ours=ours, first=first, second=second, a=a, b=b, data=data, metric=metric
    )


def _ablation(paper: Paper, rng: random.Random) -> None:
    part = rng.choice(
        [
            "the gating module",
            "the perceptual loss",
            "the confidence ordering",
            "the degraded source",
        ]
    )
    full = 27 + rng.random() * 4
    less = full - 0.2 - rng.random()
    form = rng.choice(
        [
            f"Removing {part} lowers PSNR from {full:.2f} dB to {less:.2f} dB.",
            f"Without {part}, PSNR drops from {full:.2f} to {less:.2f} dB.",
        ]
    )
    paper.say(form)
    paper.know(
        "ablation",
        form,
        part=part,
        full=f"{full:.2f}",
        less=f"{less:.2f}",
        gap=f"{float(f'{full:.2f}') - float(f'{less:.2f}'):.2f}",
    )


def _efficiency(paper: Paper, rng: random.Random) -> None:
    millions = round(rng.uniform(1.5, 980), 1)
    latency = rng.randrange(18, 900)
    factor = round(rng.uniform(1.5, 19.5), 1)
    rival = rng.choice(paper.methods)
    flops = round(rng.uniform(8, 900), 1)
    form = (
        f"{paper.own} has {millions}M parameters and {flops} GFLOPs, and processes an image "
        f"in {latency} ms, which is ${factor}\\times$ faster than {rival}."
    )
    hours = rng.choice([1.5, 2.5, 6, 12, 36])
    more = f"The complete training takes {hours:g} hours."
    paper.say(form, more)
    paper.know(
        "size",
        form,
        millions=f"{millions}",
        wan=f"{millions * 100:g}",
        latency=str(latency),
        factor=str(factor),
        rival=rival,
        flops=str(flops),
    )
    paper.know("hours", more, hours=f"{hours:g}", minutes=f"{hours * 60:g}")


def _study(paper: Paper, rng: random.Random) -> None:
    people, share = rng.randrange(14, 120), round(rng.uniform(51, 92), 1)
    rival = rng.choice(paper.methods)
    form = (
        f"In a user study with {people} participants, {share}% of the votes prefer "
        f"{paper.own} over {rival}."
    )
    ratio = round(rng.uniform(0.15, 0.85), 3)
    more = f"The masking ratio is {ratio} in all experiments."
    paper.say(form, more)
    paper.know("study", form, people=str(people), share=str(share), rival=rival)
    paper.know("mask", more, ratio=str(ratio), percent=f"{ratio * 100:.1f}")
