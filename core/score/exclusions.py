"""What a wish excludes: its stretches, each wanted or not. Pure, in Chinese and English.

"Video generation but nothing on surveillance", 医学影像以外的分割, "no GANs, NeRF or splatting":
the words that exclude stand before, behind or around what they exclude. The trap: the same words
also include ("not only", 除了……还要, "nothing but") or are part of a term ("no-reference", 去除,
人脸识别), and those must stay wishes.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.text.visible import visible

LONGEST_TEXT = 600
"""Characters that are looked at: what excludes may stand anywhere, and is looked for twice over."""
_IGNORE = re.IGNORECASE
_INCLUDES = re.compile(
    r"\b(?:not|isn'?t) (?:only|just|merely)\b|\bnothing but\b|\bnone other than\b|\bbut also\b"
    r"|\b(?:do not|don'?t|never) (?:want to )?(?:miss|skip|forget|exclude|leave out|filter out)\b"
    r"|\bwhy not\b|\bno (?:problem|matter|idea|doubt|rush)\b"
    r"|\b(?:can'?t|cannot|never) get enough(?: of)?\b"
    r"|(?:不要|不想|不能|别)(?:再)?(?:错过|漏掉|遗漏|漏|排除|屏蔽|忘了?)|不(?:仅仅|仅|光|单单|单|止|只)(?:是|要|想|看)*"
    r"|而且|不排除|不介意",
    _IGNORE,
)
"""Negations that exclude nothing."""
_BESIDES = re.compile(
    r"(?:除了?|(?:apart|aside) from|besides|in addition to)\s*+(?P<topic>[^,。;]{1,40}?)"
    r"(?:以外|之外|外)?\s*+,?\s*+(?P<more>(?:我|i|we)?\s*+(?:还|也|又|另外|also\b)(?!不|别))",
    _IGNORE,
)
"""除了 A 还要 B: both."""
_CLAUSES = re.compile(
    r"[,。;!?\n]+|\.(?=\s|$)|(?<![\w-])(?:but|only|however|though)(?![\w-])"
    r"|不过|但是?|而是|只(?!读)(?:想|要|看|关心|关注)*",
    _IGNORE,
)
_ASIDE = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_ENUMERATION = re.compile(r"、|,\s*(?=[^,]{1,40}(?:\b(?:or|nor)\b|或))", _IGNORE)
"""What does not end an exclusion: 不要 A、B; "no A, B or C"."""
_EXCEPT_LIST = re.compile(
    r"(?:\b(?:exclud\w+|avoid|no|not|except|without)|排除|不要|不看|屏蔽|不感兴趣|除外)\s*:[^.;\n]+"
    r"|\b(?:anything|everything|all|whatever)\b[^,.;]{0,20}\bexcept\b[^.;]+\band\b[^.;,]+",
    _IGNORE,
)
_ANYTHING_BUT = re.compile(r"\b(anything|everything|all|whatever) but\b", _IGNORE)
_ZH_BEFORE = (
    r"(?<![识类级性区辨个特分])(?:不要|不想|不用|不必|不需要|不希望|不愿|不喜欢|别)"
    r"(?:再|给|让|为|向|我|们|看到?|推送?|推荐|发|收到|展示|显示|出现|包含|包括|读|有|要)*",
    r"(?<!看)不看|不关心|不包括|不包含|不含|不涉及|不感兴趣|没兴趣|讨厌|反感|排除|屏蔽|去掉|剔除",
    r"过滤掉?|忽略|拒收|谢绝|拒绝(?!采样)|不(?:做|搞|研究|碰)(?!到)|除了|除去|少(?:一?点|看|推|来点?)",
)
_EN_BEFORE = (
    r"(?:i'?m |am |are |is |be )?(?:not|never|no longer|hardly) (?:at all |really |that |so )?"
    r"(?:interested in|into|keen on|fond of|about|on|for)",
    r"(?:do not|does not|don'?t|doesn'?t|never|not) (?:really |ever )?"
    r"(?:show|send|give|push|want|need|care|like|recommend|include|read|bother)"
    r"(?: me| us| to see| to read| about| for| with| any| anything)*",
    r"uninterested in|spare (?:me|us)|not (?:a )?(?:big )?fans? of|no thanks to",
    r"(?:tired|sick|bored) of|fed up with|enough (?:of|with)",
    r"nothing (?:on|about|to do with|related to|from|with|in|like)",
    r"nothing|besides|no more|no|none of|not|nor|never",
    # "Learning without forgetting" is a topic; so is all that does without what training needs.
    r"(?:without|w/o)(?! (?:forgetting|labels?|training|supervision|fine-?tuning|paired|pairs"
    r"|annotations?|priors?|references?|calibration|poses?)\b)",
    r"except(?:ing)?(?: for)?|excepting|apart from|aside from|other than|rather than|instead of",
    r"exclud(?:e|es|ing)|minus|leav(?:e|ing) (?:out|aside)|omit(?:ting)?|avoid(?:ing)?",
    r"hate|dislike|ignor(?:e|ing)|filter(?:ing)? out|get rid of|don'?t|doesn'?t|isn'?t|aren'?t",
    # Not "skip connections", "block diffusion", "stop signs".
    r"(?:skip|block|mute|hide|drop|ban|stop|remove)(?= (?:the|all|any|anything|everything|those"
    r"|that|these|this|papers|stuff|me|us|sending|showing|with)\b)(?: sending| showing| with)?",
    r"(?:(?<=^)|(?<=^please ))(?:less|fewer)",
)
_BEFORE = re.compile(
    rf"{'|'.join(_ZH_BEFORE)}|(?<![\w'-])(?:{'|'.join(_EN_BEFORE)})(?![\w-])", _IGNORE
)
_AROUND = re.compile(
    r"^(?P<before0>.*?)\b(?:leav(?:e|ing)|keep(?:ing)?|filter(?:ing)?|cut(?:ting)?) "
    r"(?P<out0>[^,]+?) out\b(?P<after0>.*)$"
    r"|^(?P<before>.*?)(?:除了?|(?<![\w-])except\s+)?(?P<out>[^除]+?)"
    r"(?:(?<![去移消清删剔排解])除外(?![观部围])|以外|之外)(?:的|,)?(?P<after>.*)$"
    r"|^(?P<before2>.*?)(?<![去移消清删剔排解])除(?P<out2>[^了].*?)(?<!红)外(?:的|,)?(?P<after2>.*)$"
    r"|^(?P<before3>.*?)(?:与|和|跟)(?P<out3>.+?)(?:无关|不相关)的?(?P<after3>.*)$",
    _IGNORE,
)
_BEHIND = re.compile(
    r"^(?:(?P<before>.*?)对(?![比抗齐话象称应偶]))?(?P<out>.+?)(?:真的|实在|完全|一点都?|一概|一律|并|就|也|都|我|暂时|目前|先|请|统统|一律)*"
    r"(?:不太?感兴趣|没有?什?么?兴趣|无兴趣|无感|不关心|不在意|不在乎|算了|免了|免谈|跳过|不要了?|不用(?:了|看|推|发|给|我|送)*"
    r"|不必(?:了|看|推|给|我|送)*|不想(?:要|看)了?|不看了?|不需要了?|不喜欢|不行|不可以|别(?:推|给|发|来|我|送|了)+|排除|屏蔽|去掉|看腻了?"
    r"|太多了|(?<![\w-])(?:excluded|aside|no|no thanks|no thank you"
    r"|(?:is|are)(?: not|n'?t) (?:for me|interesting|my (?:thing|field|area)|relevant"
    r"|needed|wanted)"
    r"|(?:does|do)(?: not|n'?t) interest (?:me|us)|bores? me"
    r"|(?:is|are) (?:boring|out|irrelevant|unwanted)))"
    r"(?:吧|的|了|啦|哈)?$",
    _IGNORE,
)
_LEADING = re.compile(
    r"^(?:(?:i'?m|i'?d|i|we|please|pls|me|us|to|see|show|send|read|get|want|would|like|any|anything"
    r"|everything|whatever|all|the|a|an|of|on|about|with|for|from|in|more|related to|much|too|many"
    r"|so|really|also|only|just|give|and|or|nor|but|is|things?|stuff|papers?|topics?|them|it|that"
    r"|those|these|else|nothing|others?|interested|works? on|do)(?![\w'-])"
    r"|关于|有关|任何|所有|一切|凡是|我们?|请|麻烦|想看|看到?|给|把|将|关注|主要做|做(?=[^过工])|多推|多看|多来点?|推送?|推荐|的|了|再|跟|涉及|也|都|还"
    r"|到|其他|其它|别的|什么|那些|这些|太多|[\s:：、])\s*",
    _IGNORE,
)
_TRAILING = re.compile(
    r"(?<!\s)\s*+(?:(?<![\w-])(?:papers?|stuff|things?|topics?|articles?|works?|research|please|pls|thanks?"
    r"|thank you|at all|any ?more|related|content|ones?|and|or|nor|is|are|fine|okay|ok|welcome|goes"
    r"|interests? me|either|though|too|my thing|for me)"
    r"|的|了|吧|啊|呢|啦|相关|有关|方面|论文|文章|内容|方向|领域|都行|都可以|都好|都想看|都要|都看"
    r"|也行|就行|随便|即可|照旧|不变|就|也|都|谢谢|之类|一类|这类|[:：、.]|(?<=\s))$",
    _IGNORE,
)
_AND = re.compile(
    r"(?:(?<!\s)\s++)?(?:、|,|/|\b(?:and|or|nor)\b|和|与|或者?|以及|还有|跟)\s*+", _IGNORE
)


@dataclass(frozen=True)
class Stretch:
    """Some words of a wish, without what only connects them."""

    text: str
    is_excluded: bool


def stretches(text: str) -> list[Stretch]:
    """Return what a text is about, in its order: wanted or excluded, never empty."""
    found = [stretch for clause in _clauses(text) for stretch in _of_clause(clause)]
    if any(stretch.is_excluded for stretch in found):  # then the rest is said, not listed
        found = [replace(stretch, text=bare(stretch.text)) for stretch in found]
    return [stretch for stretch in found if stretch.text]


def excluded(text: str) -> list[str]:
    return [stretch.text for stretch in stretches(text) if stretch.is_excluded]


def parts_of(stretch: str) -> list[str]:
    """Return what an excluded stretch lists: "GANs or NeRF" is two."""
    return [part for part in map(bare, _AND.split(stretch[:LONGEST_TEXT])) if part]


def bare(text: str) -> str:
    """Return words without what only leads to them: "papers about X, please" is X."""
    text = text[:LONGEST_TEXT].strip()
    while (shorter := _LEADING.sub("", _TRAILING.sub("", text))) != text:
        text = shorter
    return text


def _clauses(text: str) -> Iterator[str]:
    line = unicodedata.normalize("NFKC", visible(text[:LONGEST_TEXT]))
    line = _ASIDE.sub(_opened, line)
    line = _BESIDES.sub(lambda match: f",{match['topic']},", line)
    line = _ANYTHING_BUT.sub(r"\1 except", _INCLUDES.sub(",", line))
    line = _EXCEPT_LIST.sub(lambda match: match[0].replace(",", "、"), line)
    for clause in _CLAUSES.split(_ENUMERATION.sub("、", line)):
        if clause.strip():
            yield clause.strip()


def _opened(aside: re.Match[str]) -> str:
    """Return what stands in brackets as a clause when it excludes: "NeRF (not dynamic)"."""
    return f",{aside[1]}," if _BEFORE.search(aside[1]) or _BEHIND.match(aside[1]) else aside[0]


def _of_clause(clause: str) -> Iterator[Stretch]:
    if match := _AROUND.match(clause):
        groups = {name.rstrip("023"): found for name, found in match.groupdict().items() if found}
        yield Stretch(bare(groups.get("before", "")), is_excluded=False)
        yield Stretch(bare(groups["out"]), is_excluded=True)
        yield Stretch(bare(groups.get("after", "")), is_excluded=False)
        return
    if (match := _BEHIND.match(clause)) and not _BEFORE.match(clause):
        yield Stretch(bare(match["before"] or ""), is_excluded=False)
        yield Stretch(bare(match["out"]), is_excluded=True)
        return
    before, *out = _BEFORE.split(clause)
    is_said = bare(before) or len(before) == 1  # a letter may be a topic, "all" is none
    yield Stretch(before if is_said else "", is_excluded=False)
    for text in out:
        yield Stretch(bare(text), is_excluded=True)
