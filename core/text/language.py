"""Whether a text is written in a language, judged by its letters.

Chinese notes on papers are full of English terms, names, formulas and code, so letters are the
wrong measure: a Chinese character counts as much as a whole Latin word, and what is quoted from
a program or a formula does not count at all. A short sentence may be terms nearly alone; then the
few words between them tell. Measured on sentences of digests, Chinese prose has a
share of 0.5 to 1, English prose that quotes Chinese names stays below 0.3.
"""

import re
from collections import Counter

from core.models.values import Language

_SCRIPTS = {
    "ru": re.compile(r"[\u0400-\u04ff]+"),
    "ar": re.compile(r"[\u0600-\u06ff]+"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]+"),
}
_SMALL_WORDS = {
    "fr": ("le", "la", "les", "des", "est", "une", "dans", "pour", "que", "qui", "nous", "avec"),
    "de": ("der", "die", "das", "und", "ist", "ein", "eine", "mit", "für", "auf", "wir", "den"),
    "es": ("el", "los", "las", "una", "para", "con", "que", "del", "por", "se", "como", "la"),
    "pt": ("os", "uma", "para", "com", "que", "não", "por", "como", "são", "dos", "mais", "foi"),
    "it": ("il", "gli", "una", "per", "con", "che", "della", "sono", "nel", "dei", "di", "le"),
}
_ENGLISH_GRAMMAR = re.compile(
    r"(?<![\w-])(?:the|an?|of|and|or|to|in|on|for|with|by|from|as|at|is|are|was|were|be|been|it|its|this"
    r"|that|these|which|we|our|they|their|but|not|than|into|can|has|have)(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_SAMPLE = 20_000
_LEAST_SMALL = 0.12
"""Share of a language's small words in its prose: 0.2 and more; in English prose under 0.03."""
_LEAST_SHARE = 0.4
_MOST_FOREIGN = 0.2

_NOT_PROSE = re.compile(
    # What opens again before it is closed is not looked through twice: that would be quadratic.
    r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$"
    r"|\\\((?:(?!\\\().)*?\\\)|\\\[(?:(?!\\\[).)*?\\\]|https?://\S+",
    re.DOTALL,
)
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9'’-]*")
# Kana and Hangul stand beside Chinese characters; Greek is left out, papers are full of it.
_FOREIGN = re.compile(
    r"[\u0400-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]"
)


def is_language(text: str, language: Language) -> bool:
    """Return whether `text` reads as `language`; a text without words is in no language."""
    prose = _NOT_PROSE.sub(" ", text)
    chinese = len(_CHINESE.findall(prose))
    latin = len(_LATIN_WORD.findall(prose))
    foreign = len(_FOREIGN.findall(prose))
    if chinese + latin == 0 or foreign > _MOST_FOREIGN * (chinese + latin + foreign):
        return False
    is_mostly = chinese >= _LEAST_SHARE * (chinese + latin)
    # "用 flow matching 与 latent diffusion 做 restoration": who gives the sentence its grammar?
    is_grammar = chinese > 1.5 * len(_ENGLISH_GRAMMAR.findall(prose)) and 7 * chinese > latin
    is_chinese = chinese >= 2 and (is_mostly or is_grammar)
    return is_chinese if language == "zh" else latin > 0 and not is_chinese


def written_in(text: str) -> str:
    """Return the code of the language a paper is in, told by script and small words: "en", "ru".

    "en" where nothing tells otherwise.
    """
    sample = _NOT_PROSE.sub(" ", text[:_SAMPLE])
    words = [word.lower() for word in _LATIN_WORD.findall(sample)]
    for code, script in _SCRIPTS.items():
        if len(script.findall(sample)) > 0.2 * (len(words) + 1):
            return code
    if len(_CHINESE.findall(sample)) > _LEAST_SHARE * (len(words) + 1):
        return "zh"
    counts = Counter(words)
    share = {
        code: sum(counts[word] for word in small) / (len(words) + 1)
        for code, small in _SMALL_WORDS.items()
    }
    best = max(share, key=lambda code: share[code])
    return best if share[best] > _LEAST_SMALL else "en"
