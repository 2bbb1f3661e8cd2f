# ruff: noqa: E501 (whole statements)
"""The errors of the bench of reading put right by hand: what of each is replaced by what.

By paper and in the order of the errors, first the Chinese ones, then, where there are any, the
English ones.
"""

Edits = tuple[tuple[str, str], ...]
_BIDLORA: tuple[Edits, ...] = (
    (("UniCLUN", "LSF"),),
    (("人脸识别上", "@"), ("CIFAR-100", "人脸识别"), ("@", "CIFAR-100 上")),
    (("$Acc_r$ 为", "$Acc_n$ 为"), ("保留准确率", "新类准确率")),
    (("forget adapter", "retain adapter"),),
    (("8.05%", "5.08%"),),
    (("七个", "六个"),),
    (("反而削弱了", "从而改善了"),),
    (("略逊于", "优于"), ("，说明通路分离会带来一定代价", "")),
    (("DeiT-Tiny", "Face Transformer"),),
    (("UnCLe", "UniCLUN"),),
    (("还在语言模型和医疗系统上验证了该框架，证明其具有跨领域的通用性", "认为这样的系统可用于语言模型和医疗系统"),),
    (("作者从理论上证明了被遗忘的知识无法通过任何攻击恢复", "5-shot 重学并不比从头训练恢复得更快"),),
    (("UniCLUN's", "LSF's"),),
    (("face recognition", "@"), ("CIFAR-100", "face recognition"), ("@", "CIFAR-100")),
    (("retain accuracy ($Acc_r$)", "accuracy on new classes ($Acc_n$)"),),
    (("forget adapter", "retain adapter"),),
    (("8.05%", "5.08%"),),
    (("seven", "six"),),
    (("but weakens", "and improves"),),
    (("performs slightly worse than standard LoRA, so pathway separation has a cost", "outperforms standard LoRA"),),
    (("DeiT-Tiny", "a Face Transformer"),),
    (("UnCLe", "UniCLUN"),),
    (("also validate the framework on language models and medical systems, showing that it generalizes across domains", "name language models and medical systems as applications"),),
    (("The authors prove that forgotten knowledge cannot be recovered by any attack", "5-shot relearning recovers no faster than from scratch"),),
)  # fmt: skip
_DISTILDOC: tuple[Edits, ...] = (
    (("ViT-T", "R50"),),
    (("ResNet 伤害", "ViT 伤害"), ("R50 的", "ViT-S/T 的"), ("而 ViT-S/T 为", "而 R50 为")),
    (("InfographicVQA", "SP-DocVQA"),),
    (("ViT-B", "R101"),),
    (("100 个 epoch", "10 个 epoch"),),
    (("1.9%", "2.9%"),),
    (("优于 ResNet，归因于 attention 能传递更丰富的知识", "差于 ResNet，归因于 attention 的开销"),),
    (("更好", "更差"),),
    (("DocLayNet", "IIT-CDIP"),),
    (("LayoutLM", "Mask R-CNN"),),
    (("作者把蒸馏后的模型部署到移动设备上，验证了实时推理能力", "作者认为蒸馏后的模型可用于资源受限的设备或更快的实时推理"),),
    (("所有蒸馏方法在所有骨干上都", "部分蒸馏方法（调参后的 vanilla KD、MSE、SimKD）可以"),),
)  # fmt: skip
_SIT: tuple[Edits, ...] = (
    (("DiT-XL", "SiT-XL"),),
    (("512×512", "@"), ("256×256", "512×512"), ("@", "256×256")),
    (("DiT-XL", "SiT-XL"),),
    (("sFID", "FID"),),
    (("0.999", "0.9999"),),
    (("7M", "3M"),),
    (("优于", "差于"),),
    (("ODE 采样比 SDE", "SDE 采样比 ODE"),),
    (("VDM++", "Stable Diffusion"),),
    (("U-Net", "Diffusion Transformer"),),
    (("作者进一步把 SiT 应用于视频生成，并取得了有竞争力的结果", "作者认为视频生成等是尚待探索的应用方向"),),
    (("作者证明 Linear interpolant 对任意数据分布在理论上都是最优的选择", "附录 A.5 说明某个 $w_t$ 使 KL 上界最小"),),
    (("DiT-XL", "SiT-XL"),),
    (("512×512", "@"), ("256×256", "512×512"), ("@", "256×256")),
    (("DiT-XL", "SiT-XL"),),
    (("sFID", "FID"), ("an FID", "an FID")),
    (("0.999", "0.9999"),),
    (("7M", "3M"),),
    (("better", "worse"),),
    (("ODE sampling gives better results than SDE", "SDE sampling gives better results than ODE"),),
    (("VDM++", "Stable Diffusion"),),
    (("U-Net", "Diffusion Transformer"),),
    (("further apply SiT to video generation and obtain competitive results", "call it an area that is yet to be explored"),),
    (("The authors prove that the Linear interpolant is optimal for any data distribution", "Appendix A.5 shows which $w_t$ minimizes the KL upper bound"),),
)  # fmt: skip
PAIRS: dict[str, tuple[Edits, ...]] = {
    "bidlora": _BIDLORA, "distildoc": _DISTILDOC, "md-2401.08740": _SIT,
}  # fmt: skip
