"""Which part of a paper a section is, told from its heading.

Half of all method sections carry the method's name ("3 EdgeTAM"), so a heading alone is not
enough: `roles` also looks at what stands above and around. Words are a table; add to it freely.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from core.models.values import Section


class Role(StrEnum):
    """A part of a paper."""

    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    RELATED = "related"
    BACKGROUND = "background"
    METHOD = "method"
    EXPERIMENTS = "experiments"
    LIMITATIONS = "limitations"
    CONCLUSION = "conclusion"
    APPENDIX = "appendix"
    OTHER = "other"


# The first row that matches wins: "Limitations and Future Work" before "Conclusion and ...",
# "Related Work on Evaluation" before "Evaluation".
_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.ABSTRACT, r"^abstract|^front$|^tl;?dr|摘要"),
    (
        Role.LIMITATIONS,
        r"\blimitation|\bfailure|\bfuture (?:work|direction)|\bbroader impact|\bsocietal impact|"
        r"\bethic|\bthreats to validity|\bopen (?:problem|question|challenge)|局限|不足|未来工作",
    ),
    (Role.RELATED, r"\brelated work|\bprior work|\bprevious work|\bliterature|相关工作"),
    (
        Role.APPENDIX,
        r"^appendi|\bsupplement|\bproofs?\b|^附录|\bimplementation details of baselines",
    ),
    (Role.INTRODUCTION, r"^introduction|^overview and motivation|^motivation$|引言|绪论|前言"),
    (Role.CONCLUSION, r"\bconclu|\bdiscussion|\bsummary\b|结论|总结|讨论"),
    (
        Role.EXPERIMENTS,
        r"\bexperiment|\bevaluation|\bresults?\b|\bablation|\bbenchmark|\bcomparisons?\b|"
        r"\bempirical|\bquantitative|\bqualitative|\buser study|\banalys[ei]s\b|"
        r"实验|结果|评估|消融",
    ),
    (
        Role.BACKGROUND,
        r"\bbackground|\bpreliminar|\bnotation|\bproblem (?:setting|statement|def"
        r"|form)|预备知识|背景",
    ),
    (
        Role.METHOD,
        r"\bmethod|\bapproach|\bmodel\b|\barchitecture|\bframework|\balgorithm|\btraining|"
        r"\bimplementation|\bobjective|\bpipeline|\bformulation|\bproposed|\bnetwork\b|\bloss\b|"
        r"\bdesign\b|\bsystem\b|\bdataset construction|\bdata (?:collection|curation|engine)|"
        r"方法|模型|算法|架构",
    ),
)
_TABLE = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in _WORDS)
_APPENDIX_ID = re.compile(r"^(?:Appendix [A-Z]|§[A-Z](?:\.|$))")


def role_of(section: Section) -> Role:
    """Return the role a section's own id and heading tell; OTHER when they tell none."""
    if section.id == "Abstract":
        return Role.ABSTRACT
    if _APPENDIX_ID.match(section.id):
        # A limitations section is often the appendix' first: still what readers ask for.
        return Role.LIMITATIONS if _TABLE[1][1].search(section.title) else Role.APPENDIX
    return next((role for role, words in _TABLE if words.search(section.title)), Role.OTHER)


def roles(sections: Sequence[Section]) -> tuple[Role, ...]:
    """Return each section's role, in order, with its surroundings taken into account.

    A subsection without a telling heading has its parent's role; one inside related work, an
    appendix or the experiments keeps the parent's whatever it is called, except for limitations.
    A top-level section without one that stands between introduction and experiments is method.
    """
    result: list[Role] = []
    above: list[tuple[int, Role]] = []
    for section in sections:
        while above and above[-1][0] >= section.level:
            above.pop()
        role = _below(above[-1][1], role_of(section)) if above else role_of(section)
        if not above and role is Role.OTHER and _expects_method(result):
            role = Role.METHOD
        above.append((section.level, role))
        result.append(role)
    return tuple(result)


_KEEPS_CHILDREN = {Role.RELATED, Role.APPENDIX, Role.EXPERIMENTS, Role.LIMITATIONS, Role.ABSTRACT}


def _below(parent: Role, own: Role) -> Role:
    if own is Role.LIMITATIONS:
        return own
    if parent in _KEEPS_CHILDREN or own in (Role.OTHER, Role.CONCLUSION):
        return parent
    return own


_BEFORE_METHOD = {Role.ABSTRACT, Role.INTRODUCTION, Role.RELATED, Role.BACKGROUND, Role.METHOD}


def _expects_method(before: Sequence[Role]) -> bool:
    return Role.INTRODUCTION in before and all(
        role in _BEFORE_METHOD or role is Role.LIMITATIONS for role in before
    )
