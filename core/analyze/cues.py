"""The phrases by which authors announce a contribution, a method, a limit, a finding.

Tables of regular expressions with weights, read by `extract`; one place to add a phrase.
"""

import re
from collections.abc import Callable


def _cues(strong: str, weak: str = "(?!)", worth: float = 0.0) -> Callable[[str], float]:
    """Make a function that returns what a sentence's phrases weigh: 1 for strong ones, or less."""
    first, second = (re.compile(phrases, re.IGNORECASE) for phrases in (strong, weak))
    return lambda text: 1.0 if first.search(text) else worth if second.search(text) else 0.0


PROPOSES = _cues(
    r"\b(?:we|this (?:paper|work|survey|article)|here,? we) (?:\w+ly )?(?:also )?(?:further )?"
    r"(?:propose|introduce|present|develop|design|devise|contribute|release|formulate)s?\b"
    r"|\bour (?:main |key |core )?contributions?\b|\bcontributions? (?:of|in) this"
    r"|\bto (?:our|the best of our) knowledge\b.{0,200}\bfirst\b"
    r"|(?:本文|我们)(?:提出|设计|引入|构建)",
    r"\bwe (?:show|demonstrate|find|prove|establish|reveal|identify|study|provide|unify)\b"
    r"|\bthe first (?:to|method|model|framework|work|dataset|benchmark)\b|\bnovel\b"
    r"|\b(?:achiev|outperform|surpass|improv)\w*\b.{0,80}\d|\bstate[- ]of[- ]the[- ]art\b",
    0.7,
)
HOW = _cues(
    r"\b(?:consists? of|composed of|comprises?|is (?:trained|built|based|designed|formulated"
    r"|implemented|initialized|optimized)"
    r"|are (?:trained|fed|encoded|fused|concatenated|computed)"
    r"|takes? .{0,60}as input|(?:we|which) (?:then |first |further |additionally )?"
    r"(?:train|adopt|employ|use|apply|compute|encode|decode|optimi[sz]e|minimi[sz]e|replace"
    r"|freeze|build|combine|extend|inject|sample|divide|split|decompose|formulate|construct|fine-?tune|leverage|model"
    r"|learn|predict|align|distil\w*))\b|由.{1,30}组成|采用|通过|利用",
    r"\b(?:first|then|finally|specifically|in particular|during (?:training|inference)"
    r"|given|by \w+ing|module|encoder|decoder|loss|objective|stage|architecture|backbone)\b",
    0.6,
)
OWN = re.compile(
    r"\b(?:we|our|ours|this (?:paper|work|method|approach|study|survey)|the proposed)\b"
    r"|本文|我们|本方法",
    re.IGNORECASE,
)
SHORTFALL = _cues(
    r"\blimitations?\b|\bfuture (?:work|research|directions?)\b|\bfailure (?:case|mode)s?\b"
    r"|\b(?:we|it|method|model|approach)\b.{0,40}\b(?:fails?|struggles?|cannot|can not"
    r"|do(?:es)? not (?:handle|support|generali[sz]e|scale|consider|address))\b"
    r"|\bleave\b.{0,60}\bfuture\b"
    r"|\b(?:still|remains?) (?:\w+ )?(?:limited|challenging|difficult|expensive|unclear|slow"
    r"|open|a challenge|an open)|\bshortcoming|\bdrawback|\bat the cost of\b"
    r"|局限|不足|未来工作|失败",
    r"\bhowever\b|\bin contrast\b|\bonly\b.{0,40}\b(?:evaluate|test|consider|focus)"
    r"|\bmay (?:not|fail|lead|produce|introduce)"
    r"|\brequires?\b.{0,60}\b(?:more|additional|large|expensive|costly)"
    r"|\b(?:sensitive to|relies on|depends on|slower|degrad\w+|restricted to"
    r"|limited (?:to|by))\b",
    0.5,
)
FOUND = _cues(
    r"\b(?:achiev|outperform|surpass|improv|reduc|increas|gain|show|demonstrat|suggest|indicat"
    r"|reveal|find|observ|enabl|confirm)\w*\b|提升|优于|表明|发现",
)

IS_RESULT = re.compile(
    r"\b(?:outperform|superior|state[- ]of[- ]the[- ]art|new benchmark|experiments? (?:show|on)"
    r"|results? (?:show|on)|efficacy|effectiveness)"
    r"|(?:实验|结果)(?:结果)?(?:表明|显示|证明)",
    re.IGNORECASE,
)

OTHERS = re.compile(
    r"\b(?:existing|previous|prior|current|recent|traditional|conventional|other|these|most|baseline)"
    r" (?:\w+ ){0,3}(?:methods?|works?|approaches|models|techniques|solutions|studies|baselines?)\b"
    r"|\b(?:overcome|address|mitigate|alleviate|solve|tackle|avoid|unlike|resolve|remed)\w*\b|现有|以往",
    re.IGNORECASE,
)
