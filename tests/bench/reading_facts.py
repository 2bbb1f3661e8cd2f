"""What a made-up paper is: its blocks in order, and the facts planted in them."""

from dataclasses import dataclass, field

METHODS = [
    "SwinIR", "EDSR", "RCAN", "HAT", "Restormer", "NAFNet", "Uformer", "StableSR", "DiffBIR",
    "SUPIR", "SeeSR", "PASD", "OSEDiff", "SinSR", "ResShift", "Real-ESRGAN", "BSRGAN", "MPRNet",
    "HINet", "DnCNN", "IPT", "CAT-A", "GRL-B", "X-Restormer", "PromptIR", "AirNet", "DA-CLIP",
    "InstructIR", "LDM", "ADM", "DiT-XL/2", "SiT-XL/2", "MAR-H", "VAR-d30", "MaskGIT",
    "LlamaGen", "RQ-Transformer", "FlowTok", "REPA",
]  # fmt: skip
DATASETS = [
    "DIV2K", "Set5", "Set14", "Urban100", "Manga109", "BSD100", "GoPro", "HIDE", "RealBlur-J",
    "SIDD", "DND", "REDS4", "Vid4", "RealSR", "DRealSR", "ImageNet", "COCO", "FFHQ", "LSUN",
    "CelebA-HQ", "LOL-v1", "LOL-v2", "Rain100H", "RESIDE", "Flickr2K",
]  # fmt: skip
METRICS = {
    "PSNR": (24.0, 40.0, 2, True), "SSIM": (0.70, 0.97, 4, True), "LPIPS": (0.05, 0.45, 4, False),
    "FID": (1.8, 60.0, 2, False), "DISTS": (0.05, 0.3, 4, False), "MUSIQ": (40.0, 75.0, 2, True),
    "NIQE": (2.5, 8.0, 2, False),
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """Something a paper says, and where."""

    kind: str
    values: dict[str, str]
    """What a statement may be filled with; numbers as printed."""
    quote: str
    """The sentence or row that says it."""
    section: str


@dataclass
class Paper:
    """A made-up paper: blocks in order, and what they say."""

    own: str
    blocks: list[tuple[str, object]] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    _section: str = ""

    @property
    def title(self) -> str:
        """Its title."""
        return f"{self.own}: Restoring and Generating Images with Rectified Priors"

    def head(self, number: str, title: str) -> None:
        """Open a section."""
        self._section = f"§{number}"
        self.blocks.append(("head", (number, title)))

    def say(self, *sentences: str) -> None:
        """Add a paragraph."""
        self.blocks.append(("p", " ".join(sentences)))

    def know(self, kind: str, quote: str, **values: str) -> None:
        """Remember what was just said."""
        self.facts.append(Fact(kind, values, quote, self._section))
