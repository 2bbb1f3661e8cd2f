"""Which texts read as Chinese and which as English, terms and formulas and all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.language import is_language, written_in

CHINESE = [
    "提出一种新的去噪方法。",
    "用 LoRA 微调 Stable Diffusion XL，在 COCO 上 FID 从 12.3 降到 8.1。",
    "在 GoPro、HIDE 与 RealBlur-J 上 PSNR 分别提高 0.42、0.31 和 0.28 dB。",
    "作者把 classifier-free guidance 换成 learned guidance scale，训练目标为 "
    "$\\mathcal{L} = \\mathbb{E}\\|\\epsilon - \\epsilon_\\theta(x_t, t)\\|^2$。",
    "代码见 https://github.com/someone/some-very-long-repository-name，命令为 "
    "`python train.py --config configs/base.yaml --gpus 8`。",
    "該方法在低光照影像上優於基線。",
    "用 flow matching 与 latent diffusion 做 blind image restoration",
    "用 mixture of experts 做 all-in-one image restoration，属 low-level vision",
    "以 LoRA 微调 Stable Diffusion XL 做 text-to-image generation",
]
ENGLISH = [
    "It sharpens images.",
    "On GoPro, PSNR rises by 0.42 dB over Restormer ($p < 0.01$).",
    "The benchmark 中文成语 (Chinese idioms) is used to test the text encoder.",
    "PSNR",
    "The method reads 古籍文字 documents with a new OCR model and reports accuracy",
    "We evaluate on 古籍 documents",
    "It is tested on 中文维基 and on 百科 with the same model as it was before",
]
NEITHER = [
    "",
    "42 %",
    "$x^2 + y^2$",
    "Метод повышает резкость изображений.",
    "この手法は画像のぼけを取り除く。",
    "이 방법은 이미지의 흐림을 제거한다.",
]


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_with_terms_and_formulas_is_chinese(text: str) -> None:
    assert is_language(text, "zh")
    assert not is_language(text, "en")


@pytest.mark.parametrize("text", ENGLISH)
def test_english_with_names_and_formulas_is_english(text: str) -> None:
    assert is_language(text, "en")
    assert not is_language(text, "zh")


@pytest.mark.parametrize("text", NEITHER)
def test_what_has_no_words_or_other_words_is_neither(text: str) -> None:
    assert not is_language(text, "zh")
    assert not is_language(text, "en")


def test_one_chinese_word_does_not_make_a_sentence_chinese() -> None:
    assert not is_language("We propose a new method for 去噪 in low light.", "zh")


@given(st.text(max_size=80))
def test_no_text_is_in_both(text: str) -> None:
    assert not (is_language(text, "zh") and is_language(text, "en"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We restore images with a flow and show that it is better than the others.", "en"),
        ("我们用 flow matching 复原图像，并在 DIV2K 上与 SwinIR 比较，结果更好。", "zh"),
        ("Мы восстанавливаем изображения с помощью потока и показываем результаты.", "ru"),
        ("私たちは画像を復元する手法を提案し、その有効性を示す。", "ja"),
        ("우리는 이미지를 복원하는 방법을 제안하고 결과를 보인다.", "ko"),
        ("Nous restaurons les images avec une méthode qui est la meilleure dans le domaine.", "fr"),
        ("Wir stellen die Bilder mit einem Fluss wieder her und das ist auf den Daten gut.", "de"),
        (
            "Restauramos las imágenes con una red para que el resultado sea mejor en los datos",
            "es",
        ),
        ("", "en"),
        ("$x=1$ 3.2 4.5", "en"),
    ],
)
def test_a_papers_language_is_told_by_script_and_small_words(text: str, code: str) -> None:
    assert written_in(text) == code
