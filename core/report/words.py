"""Every sentence readers see in a report, in Chinese and English.

Kept apart from layout so that a reviewer can read the product's voice on one page. Nothing here
ever holds an exception's text: notes are built from `models.Note`, which carries only facts.
"""

from collections.abc import Callable, Collection
from datetime import date, timedelta

from core.models.values import (
    Analysis,
    AnalysisKind,
    Delay,
    Digest,
    Language,
    Note,
    NoteKind,
    PointKind,
    ScoreKind,
    SourceCount,
    TextSource,
)

SOURCE_BADGES = {
    "huggingface": "HuggingFace 🔥",
    "arxiv": "arXiv 📄",
    "openreview": "OpenReview 🗣️",
}
SOURCE_NAMES = {"huggingface": "HF", "arxiv": "arXiv", "openreview": "OpenReview"}

SECTIONS: tuple[tuple[str, dict[Language, str]], ...] = (
    ("contribution", {"zh": "1. 核心创新点 (Key Contribution)", "en": "1. Key Contribution"}),
    ("methodology", {"zh": "2. 技术细节 (Methodology)", "en": "2. Methodology"}),
    ("takeaway", {"zh": "3. 对我的启发 (Takeaway)", "en": "3. Takeaway"}),
    ("limitations", {"zh": "4. 潜在缺陷 (Limitations)", "en": "4. Limitations"}),
)
"""Field of `Analysis` and its heading, in the order readers know."""

TEXT = {
    "title": {"zh": "🚀 CV 论文日报 | {day}", "en": "🚀 CV Paper Daily | {day}"},
    "scanned": {
        "zh": "🤖 今日动态：扫描 {scanned} 篇 ({sources})，{picks}。",
        "en": "🤖 Today: {scanned} papers scanned ({sources}), {picks}.",
    },
    "no_sources": {"zh": "没有可用来源", "en": "no source available"},
    "contents": {"zh": "📋 目录 (Quick View)", "en": "📋 Quick View"},
    "no_picks": {
        "zh": "今天没有论文达到 {threshold} 分，宁缺毋滥。",
        "en": "No paper reached {threshold} today; we would rather show none than pad the list.",
    },
    "no_papers": {
        "zh": "今天没有可供挑选的新论文。",
        "en": "There was no new paper to choose from today.",
    },
    "nothing_read": {
        "zh": "暂时读不到任何来源，还不知道今天有什么；请稍后再试。",
        "en": "No source can be read now, so today's papers are not known; try again later.",
    },
    "dives": {"zh": "🧠 深度解读 (Deep Dive)", "en": "🧠 Deep Dive"},
    "others": {"zh": "📎 其余候选 (Runners-up)", "en": "📎 Runners-up"},
    "source": {"zh": "来源", "en": "Source"},
    "score": {"zh": "评分", "en": "Score"},
    "place": {"zh": "相关度排位", "en": "Relevance"},
    "link": {"zh": "原文链接", "en": "Paper"},
    "reason": {"zh": "推荐理由", "en": "Why"},
    "read_from": {"zh": "解读依据", "en": "Read from"},
    "code": {"zh": "代码", "en": "Code"},
    "project": {"zh": "项目主页", "en": "Project page"},
    "listed": {"zh": "首次列出", "en": "First listed"},
    "comment": {"zh": "作者备注", "en": "Authors' remark"},
    "extract": {
        "zh": "以下为论文原句摘录，不是模型解读。",
        "en": "Sentences quoted from the paper, not a model's reading.",
    },
    "unverified": {
        "zh": "模型解读的 {claims} 条论述只有 {verified} 条能在原文中找到，因此改为论文原句摘录。",
        "en": (
            "Of a model's {claims} statements only {verified} could be found in the paper, so these"
            " are sentences quoted from it."
        ),
    },
    "all_checked": {
        "zh": "{claims} 条论述全部在原文中找到依据",
        "en": "all {claims} statements found in the paper",
    },
    "checked_but_marked": {
        "zh": "{claims} 条论述在原文中找到依据，另有存疑之处已标出",
        "en": "{claims} statements found in the paper; what else is doubtful is marked",
    },
    "checked": {
        "zh": "{claims} 条论述中 {verified} 条在原文中找到依据，其余已删去或标出",
        "en": "{verified} of {claims} statements found in the paper, the others left out or marked",
    },
    "doubt": {"zh": "〔原文未见〕", "en": "〔not in the paper〕"},
    "doubt_elsewhere": {
        "zh": "〔原文有此数，但说的是别的〕",
        "en": "〔in the paper, but of something else〕",
    },
    "doubt_unknown": {
        "zh": "〔原文未见，或说的是别的〕",
        "en": "〔not in the paper, or of something else there〕",
    },
    "results": {"zh": "📊 主要结果 (Results)", "en": "📊 Results"},
    "facts": {"zh": "🗂 资料卡 (Facts)", "en": "🗂 Facts"},
    "evidence": {"zh": "🔎 原文依据 (Evidence)", "en": "🔎 Evidence"},
    "benchmark": {"zh": "基准", "en": "Benchmark"},
    "metric": {"zh": "指标", "en": "Metric"},
    "ours": {"zh": "本文", "en": "Ours"},
    "best_other": {"zh": "最佳对比", "en": "Best other"},
    "result_line": {"zh": "{benchmark} · {metric}：", "en": "{benchmark} · {metric}: "},
    "against": {"zh": "，对比 {other}（{name}）", "en": ", against {other} ({name})"},
    "withdrawn": {
        "zh": "《{title}》已被撤回，没有可读的正文，所以不做解读。详情见 {url}",
        "en": "“{title}” was withdrawn; there is no text to read. See {url}",
    },
    "withdrawn_mark": {"zh": "〔已撤稿〕", "en": "〔withdrawn〕"},
    "perhaps_withdrawn": {
        "zh": "《{title}》可能已被撤回：没有找到正文，备注写着“{comment}”，所以不做解读。"
        "详情见 {url}",
        "en": "“{title}” may have been withdrawn: no text was found, and its comment says"
        " “{comment}”. See {url}",
    },
    "empty_quote": {
        "zh": "{where}中没有可摘录的相关句子。",
        "en": "Nothing quotable on this in {where}.",
    },
}

_PICKED: dict[str, dict[Language, str]] = {
    "picked": {"zh": "精选 {picks} 篇", "en": "{picks} picked"},
    "quoted": {"zh": "精选 {picks} 篇，附原文摘录", "en": "{picks} picked, with quotations"},
    "all_read": {"zh": "精选 {picks} 篇深度解读", "en": "{picks} read in depth"},
    "some_read": {
        "zh": "精选 {picks} 篇，其中 {read} 篇有深度解读",
        "en": "{picks} picked, {read} read in depth",
    },
    "some_read_others_quoted": {
        "zh": "精选 {picks} 篇，其中 {read} 篇有深度解读，其余附原文摘录",
        "en": "{picks} picked, {read} read in depth, the rest with quotations",
    },
}
TEXT_SOURCES: dict[TextSource, dict[Language, str]] = {
    TextSource.HF_MARKDOWN: {"zh": "全文 (Hugging Face)", "en": "full text (Hugging Face)"},
    TextSource.ARXIV_HTML: {"zh": "全文 (arXiv HTML)", "en": "full text (arXiv HTML)"},
    TextSource.PDF: {"zh": "全文 (PDF)", "en": "full text (PDF)"},
    TextSource.ABSTRACT: {"zh": "仅摘要", "en": "abstract only"},
}
PART_OF_TEXT: dict[Language, tuple[str, str]] = {
    "zh": ("全文", "部分正文"),
    "en": ("full text", "part of the text"),
}
PART_OF_PDF: dict[Language, str] = {"zh": "，仅部分正文", "en": ", part of the text"}
PAPER_LANGUAGES: dict[str, dict[Language, str]] = {
    "ru": {"zh": "俄文", "en": "Russian"},
    "ar": {"zh": "阿拉伯文", "en": "Arabic"},
    "ja": {"zh": "日文", "en": "Japanese"},
    "ko": {"zh": "韩文", "en": "Korean"},
    "fr": {"zh": "法文", "en": "French"},
    "de": {"zh": "德文", "en": "German"},
    "es": {"zh": "西班牙文", "en": "Spanish"},
    "pt": {"zh": "葡萄牙文", "en": "Portuguese"},
    "it": {"zh": "意大利文", "en": "Italian"},
}
"""Languages of papers worth a word: English and Chinese are what readers expect."""
POINT_KINDS: dict[PointKind, dict[Language, str]] = {
    PointKind.UNUSUAL: {"zh": "独到之处：", "en": "What is unusual: "},
    PointKind.EQUATION: {"zh": "关键公式：", "en": "Key equation: "},
    PointKind.QUESTION: {"zh": "审稿人会问：", "en": "A reviewer would ask: "},
}
"""Said before a statement of this kind."""
ADMITTED: dict[Language, str] = {"zh": "作者承认：", "en": "The authors say: "}
"""Said before a claim among the limitations of a model's reading."""
FACTS: dict[str, dict[Language, str]] = {
    "code": {"zh": "代码", "en": "Code"},
    "data": {"zh": "数据", "en": "Data"},
    "compute": {"zh": "算力", "en": "Compute"},
    "licence": {"zh": "许可", "en": "Licence"},
    "venue": {"zh": "发表", "en": "Venue"},
}
SCORE_KINDS: dict[ScoreKind, dict[Language, str]] = {
    ScoreKind.LLM: {"zh": "", "en": ""},
    ScoreKind.LOCAL: {"zh": " · 本地评分", "en": " · local score"},
}
"""Appended where a score or its reason stands; a model's needs no label."""
WORDED_BY: dict[ScoreKind, dict[Language, str]] = {
    ScoreKind.LLM: {"zh": "", "en": ""},
    ScoreKind.LOCAL: {"zh": " · 本地生成", "en": " · worded locally"},
}
"""Appended to a takeaway of a reader's own focus."""
_WAITING: dict[Delay, dict[Language, str]] = {
    Delay.QUOTA: {
        "zh": "深度解读将在配额恢复后补上",
        "en": "The deep dive follows when the model's quota is back",
    },
    Delay.SERVICE: {
        "zh": "深度解读将在模型服务恢复后补上",
        "en": "The deep dive follows when the model service is back",
    },
}
_ASK_AGAIN: dict[Delay, dict[Language, str]] = {
    Delay.QUOTA: {
        "zh": "模型配额已用完，{about}再查看即有深度解读",
        "en": "The model's quota is used up; ask again {about} for the deep dive",
    },
    Delay.SERVICE: {
        "zh": "模型服务暂时不可用，{about}再查看即有深度解读",
        "en": "The model service cannot be reached; ask again {about} for the deep dive",
    },
}
"""For a deep dive somebody asked for: it is in no queue, so nothing is promised."""
_MEANWHILE: dict[bool, dict[Language, str]] = {
    True: {
        "zh": "；以下先为论文原句摘录。",
        "en": "; until then, sentences quoted from the paper.",
    },
    False: {"zh": "。", "en": "."},
}
"""What stands there until then; True: notes from the paper."""
QUOTED_FROM: dict[bool, dict[Language, str]] = {
    True: {"zh": "摘要", "en": "the abstract"},
    False: {"zh": "所读正文", "en": "the text that was read"},
}
"""Where an extract looked; True: only the abstract was to be had."""


_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEPS = (
    (55 * _SECOND, 5 * _SECOND, _SECOND),
    (5 * _MINUTE, _MINUTE / 2, _MINUTE),
    (20 * _MINUTE, _MINUTE, _MINUTE),
    (55 * _MINUTE, 5 * _MINUTE, _MINUTE),
    (6 * _HOUR, _HOUR / 2, _HOUR),
    (2 * _DAY, _HOUR, _HOUR),
    (timedelta.max, _DAY, _DAY),
)
"""How exactly a wait is told: up to the first, in steps of the second, in units of the third."""
_UNITS: dict[timedelta, dict[Language, str]] = {
    _SECOND: {"zh": "秒", "en": "s"},
    _MINUTE: {"zh": "分钟", "en": "min"},
    _HOUR: {"zh": "小时", "en": "h"},
    _DAY: {"zh": "天", "en": "days"},
}
_HALVES = {_MINUTE: "{} 分半钟", _HOUR: "{} 个半小时"}


def say(key: str, language: Language, **values: object) -> str:
    """Return one of the sentences above, filled."""
    return TEXT[key][language].format(**values)


def text_source(
    source: TextSource, pages: int | None, language: Language, *, is_part: bool = False
) -> str:
    """Return the badge that says what was read."""
    badge = TEXT_SOURCES[source][language]
    if source is TextSource.PDF and pages:
        badge = f"PDF 前 {pages} 页" if language == "zh" else f"PDF, first {pages} pages"
        return badge + PART_OF_PDF[language] if is_part else badge
    return badge.replace(*PART_OF_TEXT[language]) if is_part else badge


def analysed_text(analysis: Analysis, language: Language) -> str:
    """Return the badge of a deep dive's text, with its language if that is a surprise."""
    source, pages = analysis.text_source, analysis.pages
    badge = text_source(source, pages, language, is_part=analysis.is_part)
    foreign = PAPER_LANGUAGES.get(analysis.written_in or "", {}).get(language)
    if foreign is None:
        return badge
    return f"{badge}，{foreign}原文" if language == "zh" else f"{badge}, in {foreign}"


def waiting(delay: Delay, language: Language, *, has_notes: bool) -> str:
    """Return the promise of a reading to come; `has_notes`: quoted sentences stand below it."""
    return _WAITING[delay][language] + _MEANWHILE[has_notes][language]


def ask_again(delay: Delay, after: timedelta | None, language: Language) -> str:
    """Return what stands above quoted sentences instead of a reading; `after`: worth a try then."""
    later = "稍后" if language == "zh" else "later"
    when = later if after is None else about(after, language)
    return _ASK_AGAIN[delay][language].format(about=when) + _MEANWHILE[True][language]


def about(wait: timedelta, language: Language) -> str:
    """Return when a wait is over, as a person would say it: "约 3 分钟后", "in about 40 s".

    Rounded up, so that it never promises too early.
    """
    if wait <= timedelta(0):
        return "马上" if language == "zh" else "in a moment"
    _, step, unit = next(row for row in _STEPS if wait <= row[0])
    number, rest = divmod(-(-wait // step) * step, unit)
    if language == "en":
        return f"in about {number}{'½' if rest else ''} {_UNITS[unit][language]}"
    return f"约 {(_HALVES[unit] if rest else f'{{}} {_UNITS[unit][language]}').format(number)}后"


def picked(digest: Digest, readings: Collection[AnalysisKind] = ()) -> str:
    """Return how many were picked and what comes with them; `readings` are those there are.

    Only what a model read is called read. Where nothing is known of readings, none is claimed.
    """
    count, language = len(digest.picks), digest.language
    read = sum(kind is AnalysisKind.LLM for kind in readings)
    is_quoted = AnalysisKind.EXTRACTIVE in readings or (not readings and has_no_model(digest))
    if count and read == count:
        key = "all_read"
    elif read:
        key = "some_read_others_quoted" if is_quoted else "some_read"
    else:
        key = "quoted" if count and is_quoted else "picked"
    return _PICKED[key][language].format(picks=count, read=read)


def has_no_model(digest: Digest) -> bool:
    """Whether no model is set up, so that papers are quoted and not read."""
    return any(note.kind is NoteKind.LOCAL_SCORES for note in digest.notes)


def without_picks(digest: Digest) -> str:
    """Return the line that stands where the picks would: why there is none today."""
    if digest.candidates:
        return say("no_picks", digest.language, threshold=digest.threshold)
    kinds = {note.kind for note in digest.notes}
    some_was_read = digest.scanned or kinds & {
        NoteKind.NO_ANNOUNCEMENT,
        NoteKind.NOT_YET_ANNOUNCED,
    }
    is_down = NoteKind.SOURCE_DOWN in kinds
    key = "nothing_read" if is_down and not some_was_read else "no_papers"
    return say(key, digest.language)


def badges(sources: tuple[str, ...]) -> str:
    """Return the sources as readers know them, joined."""
    return " + ".join(SOURCE_BADGES.get(source, source) for source in sources)


def selections(scanned: tuple[SourceCount, ...], language: Language) -> str:
    """Return what was scanned: "HF Top 15 + arXiv cs.CV"."""
    names = [
        " ".join(filter(None, (SOURCE_NAMES.get(count.source, count.source), count.label)))
        for count in scanned
    ]
    return " + ".join(names) or say("no_sources", language)


def analysed_by(kind: AnalysisKind, model: str, language: Language) -> str:
    """Return who wrote a deep dive, for its badge line."""
    if kind is AnalysisKind.EXTRACTIVE:
        return "原句摘录" if language == "zh" else "quoted sentences"
    return model


def note(value: Note, language: Language) -> str:
    """Return the one honest line for `value`."""
    return _NOTES[value.kind][language](value)


def _day(day: date | None, language: Language) -> str:
    if day is None:
        return ""
    return f"（下一期预计 {day:%m-%d}）" if language == "zh" else f" (next list: {day:%m-%d})"


def _name(value: Note) -> str:
    return SOURCE_NAMES.get(value.source or "", value.source or "")


_Line = Callable[[Note], str]
_NOTES: dict[NoteKind, dict[Language, _Line]] = {
    NoteKind.SOURCE_DOWN: {
        "zh": lambda n: f"{_name(n)} 暂时无法读取，漏掉的下次补上。",
        "en": lambda n: f"{_name(n)} could not be read; what is missing follows next time.",
    },
    NoteKind.SOURCE_OFF: {
        "zh": lambda n: f"{_name(n)} 未启用（需要账号或未开放），不影响其他来源。",
        "en": lambda n: f"{_name(n)} is off (it needs an account); the other sources are complete.",
    },
    NoteKind.SOURCE_PARTIAL: {
        "zh": lambda n: f"{_name(n)} 有 {n.count} 天的名单未能读取，下次会补上。",
        "en": lambda n: f"{_name(n)}: {n.count} day(s) could not be read; they follow next time.",
    },
    NoteKind.NO_ANNOUNCEMENT: {
        "zh": lambda n: f"{_name(n)} 今天按日历不发布新论文{_day(n.day, 'zh')}。",
        "en": lambda n: f"{_name(n)} announces nothing today, by its calendar{_day(n.day, 'en')}.",
    },
    NoteKind.NOT_YET_ANNOUNCED: {
        "zh": lambda n: f"{_name(n)} 今天的名单尚未发布，下次会补上{_day(n.day, 'zh')}。",
        "en": lambda n: (
            f"{_name(n)} has not published today's list yet; it follows{_day(n.day, 'en')}."
        ),
    },
    NoteKind.CATCHING_UP: {
        "zh": lambda n: f"{_name(n)} 今天按日历没有新名单，趁此补读它前几天的{_day(n.day, 'zh')}。",
        "en": lambda n: (
            f"{_name(n)} has no list today, by its calendar; these are of the days before"
            f"{_day(n.day, 'en')}."
        ),
    },
    NoteKind.NOTHING_NEW: {
        "zh": lambda _: "各来源没有未展示过的新论文。",
        "en": lambda _: "No source has a paper that was not shown before.",
    },
    NoteKind.NOTHING_ABOVE_THRESHOLD: {
        "zh": lambda _: "今天没有论文达到推荐线。",
        "en": lambda _: "No paper reached the threshold today.",
    },
    NoteKind.LOCAL_SCORES: {
        "zh": lambda _: "评分为本地相关度（未配置模型密钥），理由只说明命中了什么。",
        "en": lambda _: "Scores are local relevance (no model key); reasons only say what matched.",
    },
    NoteKind.OWN_TOPICS: {
        "zh": lambda _: "按你自己的主题在本地评分，理由只说明命中了什么。",
        "en": lambda _: "Scored locally for your own topics; reasons only say what matched.",
    },
    NoteKind.SCORES_WAITING: {
        "zh": lambda n: f"{n.count} 篇没有得到模型评分，以本地评分代替。",
        "en": lambda n: f"{n.count} papers got no model score; theirs are local.",
    },
    NoteKind.BUNDLED: {
        "zh": lambda n: (
            "演示：使用随附的真实日数据（摘要级，重组自公开元数据），未访问网络。"
            if n.day is None
            else f"演示随附的真实数据到 {n.day:%m-%d} 为止，之后没有论文名单。"
        ),
        "en": lambda n: (
            "Demo: bundled real days (abstracts, reassembled from public metadata); no network."
            if n.day is None
            else f"The demo's bundled days end on {n.day:%m-%d}; there are no lists after that."
        ),
    },
}
