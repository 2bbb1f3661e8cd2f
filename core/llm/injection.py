"""Sentences that speak to the model that reads a paper, instead of to the paper's readers.

`quarantined` takes them out before a prompt is filled; the rest of the paper counts as always.
What a newcomer would get wrong: papers about prompt injection quote such sentences. A quoted order
to ignore instructions, in a text whose subject that is, is a mention: reported and left in place.
Demands for a score, a verdict, silence or a link have no such excuse, and are always taken out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from core.llm.disguise import readings

REMOVED = "[…]"


class Kind(StrEnum):
    """What a passage wants."""

    OVERRIDE = "override"
    SCORE = "score"
    VERDICT = "verdict"
    """Praise, acceptance, or silence about what is weak."""
    FORMAT = "format"
    ROLE = "role"
    """It pretends to be a turn of the conversation."""
    FORGED = "forged"
    """It is an answer in our own format."""
    LINK = "link"


@dataclass(frozen=True)
class Passage:
    """A sentence that speaks to a model."""

    kind: Kind
    disguise: str
    """A name of `core.llm.disguise.readings`."""
    text: str
    """As it stands in the paper."""
    start: int
    end: int
    is_mention: bool = False
    """It is quoted in a text about such sentences."""


@dataclass(frozen=True)
class Quarantine:
    """A text without what speaks to a model."""

    text: str
    passages: tuple[Passage, ...]
    """Mentions too, which are still in the text."""


# An order starts its clause: "models ignore earlier instructions" is a finding, not an order.
# ruff: noqa: E501  (a pattern cut at odd places is harder to read than a long one)
_ORDER = (
    r"(?:^|[\"'“”‘’\[\](){}<>:;,.!?—–*#=|-]\s*"
    r"|\b(?:please|must|should|shall|now|and|then|to|you|kindly|reviewers?|models?|ai|assistants?) )"
)
_AI = (
    r"(?:ais?|llms?|large language models?|language models?|chatbots?|chatgpt|gpt|gemini|claude"
    r"|assistants?|(?:ai|llm|automated|automatic|language model) "
    r"(?:reviewers?|readers?|agents?|assistants?|graders?|judges?|models?|systems?|summari[sz]ers?))"
)
_PAPER = r"(?:this|the present|our) (?:paper|work|submission|manuscript|article|study|abstract|one)"
_FULL = r"(?:100|hundred|10 ?/ ?10|10 out of 10|5 ?/ ?5|maximum|max|highest|top|perfect|full)"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.OVERRIDE,
        _ORDER + r"(?:ignore|disregard|forget|override|bypass|overlook|discard|(?:do not|don't|never)"
        r" (?:follow|obey))\b[^.]{0,25}\b(?:all|any|previous|prior|above|earlier|preceding|system"
        r"|your|other|these|the user's|original|existing)\b[^.]{0,30}\b(?:instructions?|prompts?"
        r"|guidelines|rules|directions|rubrics?|orders|commands|criteria)\b",
    ),
    (Kind.OVERRIDE, r"\b(?:new|updated|revised|hidden|secret) (?:system )?instructions?"
     r"(?: for [\w ]{1,30})?:|\byou are (?:now|no longer) (?:a|an|in|the|bound)\b"),
    (Kind.OVERRIDE, r"(?:ignore|disregard|forget)(?:all|any|the|your|previous|prior|above){1,4}"
     r"(?:instruction|prompt|rule)"),
    (
        Kind.SCORE,
        _ORDER + r"(?:rate|score|grade|give|assign|award|set|output|return|answer|respond with|rank)"
        r"\b[^.]{0,40}(?:" + _FULL + r"\b[^.]{0,15}\b(?:score|rating|mark|grade|points|relevance)\b"
        r"|\b(?:score|rating|grade|mark|it|paper|work|submission|this|relevance)\b[^.]{0,20}"
        r"(?<![\d.])(?:100|9[5-9]|10/10|10 out of 10|hundred|five stars)(?![\d.]*\d)(?!\s?%))",
    ),
    (Kind.SCORE, r"\b(?:rate|score) " + _PAPER + r"\b|(?:score|rate|give)(?:it|this|paper|as|a){1,4}100\b"),
    (Kind.SCORE, r"\b(?:deserves|must receive|should receive|should be given|must get) (?:a |an |the )?"
     r"(?:score|rating|maximum|highest|perfect|100)\b"),
    (
        Kind.VERDICT,
        r"\b(?:(?<!such )as(?= an?\b)|if you are|if you're|dear|attention|note to|note for|message to|to any|to all|hey)"
        r"(?: an?| the| all| any)? " + _AI + r"\b[^.]{0,6}(?:[,:;!—-]|\byou\b|reading|review|process)",
    ),
    (
        Kind.VERDICT,
        _ORDER + r"(?:recommend|vote for|argue for) (?:strong |the )?(?:accept|acceptance|reading)\b"
        r"|\b(?:give|write|provide|produce|output) (?:only )?(?:an? )?(?:positive|glowing|favou?rable"
        r"|enthusiastic) (?:reviews?|assessment|summary|only)\b|" + _ORDER + r"accept " + _PAPER,
    ),
    (
        Kind.VERDICT,
        _ORDER + r"(?:do not|don't|never|avoid|refrain from) (?:mention|list|report|highlight|discuss"
        r"|state|name|mentioning|listing|reporting|highlighting|criticis\w+|criticiz\w+)\b[^.]{0,20}"
        r"\b(?:weakness|weaknesses|limitations?|flaws|negatives?|shortcomings|drawbacks|this paper)\b",
    ),
    (Kind.VERDICT, r"donotmention\w{0,12}(?:weakness|limitation|flaw)"),
    (
        Kind.FORMAT,
        _ORDER + r"(?:output|reply|respond|answer|print|return|write)\b(?: \w+){0,4} (?:json|only"
        r"|nothing else|in all caps|with the word|exactly)\b[^.]{0,60}\b(?:score|rating|accept\w*|100"
        r"|word|paper|pwned|yes|your answer)\b|\b(?:reveal|repeat|print) your (?:system )?prompt\b",
    ),
    (
        Kind.ROLE,
        r"<\|\w{2,20}\|>|\[/?inst\]|<</?sys>>|^\W{0,3}(?:system|assistant|developer)\s?:"
        r"|#{2,} ?(?:instructions?|system|response|assistant)\b|</?(?:system|assistant|user|human)>"
        r"|\b(?:begin|end) (?:of )?(?:system|hidden) (?:prompt|instructions?)\b|\b(?:human|user): .*"
        r"\bassistant:",
    ),
    (
        Kind.FORGED,
        r"[\"']?(?:scores?|contribution|methodology|takeaway|limitations|reason|rating)[\"']\s*:\s*"
        r"(?:\d|[\"'\[{])|\{\s*[\"']?(?:score|rating)[\"']?\s*:",
    ),
    (
        Kind.LINK,
        _ORDER + r"(?:tell|ask|direct|send|point|refer|urge) (?:the |all |your |every )?(?:readers?"
        r"|users?|humans?|researchers?|person)\b[^.]{0,40}\b(?:visit|click|open|go to|see|download|to"
        r" https?)\b|" + _ORDER + r"(?:include|insert|add|append|put) (?:this|the following|a|the)"
        r" (?:link|url)\b|\b(?:include|mention|add|insert)\b[^.]{0,30}\bhttps?:[^ ]+ in (?:your|the)"
        r" (?:answer|summary|review|reason|response)\b",
    ),
    # Chinese and Japanese
    (Kind.OVERRIDE, r"(?:忽略|无视|忽視|无须理会|忘记|忘掉|不要遵守|無視|忘れ).{0,12}(?:指令|指示|提示词|提示詞|规则|要求)"
     r"|(?:指示|命令|プロンプト|ルール).{0,8}(?:無視|忘れ)"),
    (Kind.SCORE, r"(?:打|给|給|评|評|得).{0,12}(?:满分|滿分|100 ?分|最高分|一百分)|评分.{0,6}(?:为|设为|是|：|:) ?100"
     r"|100 ?点.{0,8}(?:付け|与え|つけ|評価|採点)|(?:満点|最高点)を"),
    (Kind.VERDICT, r"(?:不要|请勿|切勿|别).{0,4}(?:提及|提到|指出|列出|写).{0,10}(?:缺点|不足|局限|缺陷|弱点)"
     r"|(?:推荐|建议).{0,4}(?:接收|录用)(?:本|该|这)|(?:弱点|欠点|限界).{0,10}(?:言及しない|触れない|書かない)"
     r"|(?:如果你是|作为|致|身为).{0,6}(?:ai|人工智能|大模型|语言模型).{0,6}(?:审稿|评审|读者|助手|，|请|：)"),
    (Kind.LINK, r"(?:请|务必|必须).{0,10}(?:访问|点击|打开|附上|加入).{0,12}(?:链接|网址|https?:)"
     r"|(?:告诉|让|引导)读者.{0,8}(?:访问|点击|打开)"),
    # Korean, German, French, Spanish, Russian; accents are gone by now
    (Kind.OVERRIDE, r"(?:지시|명령|지침|프롬프트).{0,10}무시|ignorier\w*\b.{0,30}(?:anweisung|vorgabe|regel|instruktion)"
     r"|(?:vergiss|missachte)\b.{0,30}(?:anweisung|vorgabe|regel)"
     r"|(?:ignore[zr]?|oublie[zr]?)\b.{0,25}\b(?:instructions|consignes|regles)\b.{0,14}(?:preceden|anteri|ci-dessus)"
     r"|(?:ignor[ae]n?|olvid[ae]n?)\b.{0,25}\b(?:instrucciones|indicaciones|reglas)\b"
     r"|(?:игнорируй|проигнорируй|забудь|не следуй).{0,30}(?:инструкц|указани|правил)"),
    (Kind.SCORE, r"100 ?점.{0,10}(?:주|매기|평가|부여)|만점.{0,4}(?:주|부여)"
     r"|\b(?:bewerte\w*|vergib|gib)\b.{0,40}\b(?:100|hundert|hochst\w+)\b.{0,20}(?:punkt\w*|note|wertung|$)"
     r"|\b(?:note[zr]?|attribue[zr]?|donne[zr]?)\b.{0,40}\b(?:100|maximale)\b"
     r"|\b(?:califi\w+|puntu\w+|otorg\w+|asign\w+|da|dale)\b.{0,40}\b(?:100|maxima)\b"
     r"|(?:оцени|поставь|присвой).{0,40}(?:100|максимальн|высш)"),
    (Kind.VERDICT, r"(?:약점|한계|단점).{0,12}(?:언급하지|말하지)|\berwahne\w*\b.{0,20}\bkeine\w*\b.{0,20}schwach"
     r"|\bne mentionne[zr]?\b.{0,20}(?:faiblesse|limite|defaut)|\bno mencion\w+\b.{0,25}(?:debilidad|limitacion|defecto)"
     r"|не упоминай.{0,25}(?:недостат|ограничен|слаб)"),
)  # fmt: skip
Signs = tuple[tuple[str, ...], ...]
_PAPERS = (
    " paper",
    " work",
    " submission",
    " manuscript",
    " article",
    " study",
    " abstract",
    " one",
)
_SIGNS: tuple[Signs, ...] = (
    (("ignore", "disregard", "forget", "overrid", "bypass", "overlook", "discard", "do not", "don't",
      "never"), ("instruction", "prompt", "guideline", "rules", "direction", "rubric", "order",
      "command", "criteria")),
    (("instruction", "you are"),),
    (("ignore", "disregard", "forget"), ("instruction", "prompt", "rule")),
    (("rate", "score", "grade", "give", "assign", "award", "set", "output", "return", "answer",
      "respond", "rank"), ("100", "hundred", "/", "out of", "max", "highest", "top", "perfect",
      "full", "95", "96", "97", "98", "99", "five stars")),
    (("rate", "score", "give"), (*_PAPERS, "100")),
    (("deserves", "must receive", "should receive", "should be given", "must get"),),
    (("as a", "if you", "dear", "attention", "note ", "message to", "to any", "to all", "hey"),
     ("ai", "llm", "language model", "chatbot", "gpt", "gemini", "claude", "assistant", "automat")),
    (("accept", "reading", "positive", "glowing", "favo", "enthusiastic"),
     ("recommend", "vote", "argue", "give", "write", "provide", "produce", "output", "accept")),
    (("do not", "don't", "never", "avoid", "refrain"), ("mention", "list", "report", "highlight",
      "discuss", "state", "name", "criti"), ("weakness", "limitation", "flaw", "negative",
      "shortcoming", "drawback", "this paper")),
    (("donotmention",),),
    (("output", "reply", "respond", "answer", "print", "return", "write", "reveal", "repeat"),
     ("json", "only", "nothing else", "in all caps", "with the word", "exactly", "prompt")),
    (("inst]", "system", "assistant", "developer", "##", "<", "prompt", "instruction"),),
    ((":",), ("'", '"', "{"), ("score", "contribution", "methodology", "takeaway", "limitation",
      "reason", "rating")),
    (("visit", "click", "open", "go to", "see", "download", "http", "link", "url"),
     ("reader", "user", "human", "researcher", "person", "include", "insert", "add", "append",
      "put", "mention")),
    (("忽略", "无视", "忽視", "无须理会", "忘记", "忘掉", "不要遵守", "無視", "忘れ"),),
    (("满分", "滿分", "100", "最高分", "一百分", "満点", "最高点"),),
    (("不要", "请勿", "切勿", "别", "推荐", "建议", "弱点", "欠点", "限界", "如果你是", "作为",
      "致", "身为"),),
    (("请", "务必", "必须", "告诉", "让", "引导"),),
    (("무시", "ignor", "vergiss", "missachte", "oubli", "olvid", "игнорируй", "забудь",
      "не следуй"),),
    (("100", "만점", "hundert", "hochst", "maxima", "максимальн", "высш"),),
    (("약점", "한계", "단점", "erwahne", "ne mentionne", "no mencion", "не упоминай"),),
)  # fmt: skip
"""For each pattern, in their order: what a text must hold, one of each group, for it to match.

Looking for a word costs a hundredth of trying a pattern, and most sentences hold none.
"""
Rule = tuple[Kind, re.Pattern[str], Signs]
_RULES: tuple[Rule, ...] = tuple(
    (kind, re.compile(pattern), signs)
    for (kind, pattern), signs in zip(_PATTERNS, _SIGNS, strict=True)
)


def _in_ascii(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules an ASCII text can match, each with the signs it can hold."""
    shorter = (
        (kind, rule, tuple(tuple(filter(str.isascii, group)) for group in signs))
        for kind, rule, signs in rules
    )
    return tuple(rule for rule in shorter if all(rule[2]))


_ASCII_RULES = _in_ascii(_RULES)
_END = re.compile(r"[.!?](?P<latin>[\"'”’)\]]*\s+)|[。！？](?P<chinese>[”’」）]*\s*)|\n\s*\n\s*")
_SUBJECT = re.compile(
    r"prompt[- ]injection|inject(?:ed|ing)? (?:prompts?|instructions?)|jailbreak|adversarial prompt"
    r"|red[- ]team|attackers?\b|提示注入|提示词注入|越狱",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“‘「`]|``|(?<!\w)'")


def addressed(text: str) -> tuple[Passage, ...]:
    """Return the sentences of `text` that speak to a model, mentions included, in order."""
    return tuple(
        Passage(
            *found, text[start:end], start, end, is_mention=_is_mention(text, start, end, *found)
        )
        for start, end in _sentences(text)
        if (found := _wish(text[start:end])) is not None
    )


def quarantined(text: str) -> Quarantine:
    """Return `text` with "[…]" in the place of each sentence that speaks to a model."""
    passages = addressed(text)
    kept, position = [], 0
    for passage in passages:
        if not passage.is_mention:
            kept += [text[position : passage.start], REMOVED]
            position = passage.end
    return Quarantine("".join([*kept, text[position:]]), passages)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _END.finditer(text):
        end = gap.start(gap.lastgroup) if gap.lastgroup else gap.start()
        if end > start:
            yield start, end
        start = gap.end()
    if start < len(text):
        yield start, len(text)


def _is_mention(text: str, start: int, end: int, kind: Kind, disguise: str) -> bool:
    return (
        kind is Kind.OVERRIDE
        and disguise == "plain"
        and _QUOTED.search(text, start, end) is not None
        and _SUBJECT.search(text) is not None
    )


@lru_cache(maxsize=16_384)
def _wish(sentence: str) -> tuple[Kind, str] | None:
    """Return what `sentence` wants of a model, and its disguise; None for nothing.

    Remembered, because a paper is looked through more than once: for the administrators, before
    it is read, and for each question about it. The limit is some thirty full texts.
    """
    for disguise, reading in readings(sentence):
        for kind, rule, signs in _ASCII_RULES if reading.isascii() else _RULES:
            if _has(signs, reading) and rule.search(reading):
                return kind, disguise
    return None


def _has(signs: Signs, reading: str) -> bool:
    for group in signs:  # half the time of `all(any(...))`, in what is done most
        for sign in group:
            if sign in reading:
                break
        else:
            return False
    return True
