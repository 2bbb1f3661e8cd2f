"""The sentences only chats show, in Chinese and English; the report's are in core.report.words."""

from datetime import date

from core.models.values import Language

_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}

TEXT: dict[str, dict[Language, str]] = {
    "missed": {
        "zh": "🚀 CV 论文日报 | 补送 {first} – {last}",
        "en": "🚀 CV Paper Daily | {first} – {last}, catching up",
    },
    "scanned_days": {
        "zh": "🤖 {days} 天共扫描 {scanned} 篇，精选 {picks} 篇。",
        "en": "🤖 {days} days, {scanned} papers scanned, {picks} picked.",
    },
    "day_without_picks": {"zh": "这一天没有入选论文。", "en": "No pick that day."},
    "more": {"zh": "……另有 {count} 篇", "en": "… and {count} more"},
    "left_out": {"zh": "📎 另有 {count} 篇候选", "en": "📎 {count} more runners-up"},
    "read": {"zh": "读解读", "en": "Read"},
    "older": {
        "zh": "🕓 解读基于{read}，论文已更新到 v{newer}。",
        "en": "🕓 This reading is of {read}; the paper is at v{newer}.",
    },
    "older_version": {"zh": "旧版", "en": "an older version"},
    "renew": {"zh": "🔄 按 v{newer} 重读", "en": "🔄 Read v{newer}"},
    "to_evidence": {"zh": "🔎 看原文依据", "en": "🔎 Evidence"},
    "to_reading": {"zh": "↩ 回到解读", "en": "↩ Back to the reading"},
    "code": {"zh": "代码", "en": "Code"},
    "project": {"zh": "项目主页", "en": "Project page"},
    "tldr": {"zh": "💡 TL;DR：", "en": "💡 TL;DR: "},
    "why": {"zh": "🎯 推荐理由：", "en": "🎯 Why: "},
    "read_from": {"zh": "📑 解读依据：{where} · ", "en": "📑 Read from {where} · "},
    "first_listed": {"zh": "首次列出 {day}", "en": "first listed {day}"},
    "continued": {"zh": "（续）", "en": " (continued)"},
    "quiet": {
        "zh": "按各来源的日历，今天不发布新的论文名单，所以没有日报。",
        "en": "By the sources' calendars there is no new list today, so there is no digest.",
    },
    "bundle_over": {
        "zh": "演示随附的真实数据到 {day} 为止，之后没有论文名单，也就没有日报。"
        "重新启动演示，可以从头再看。",
        "en": (
            "The demo's bundled days end on {day}; there are no lists after that, so there is no "
            "digest. Start the demo again to see them once more."
        ),
    },
    "next_list": {"zh": "下一期预计 {day}。", "en": "The next one is expected on {day}."},
    "down": {
        "zh": "今天暂时读不到 {names}，日报还没有做成；恢复后会自动补上，不会漏掉论文。",
        "en": (
            "{names} could not be read today, so the digest is not made yet. "
            "It follows by itself; no paper is missed."
        ),
    },
    "late": {
        "zh": "{names} 今天的名单还没有出来，日报在等；一出来就补上，不会漏掉论文。",
        "en": (
            "{names}: today's list is not out yet. The digest follows as soon as it is; "
            "no paper is missed."
        ),
    },
    "any_source": {"zh": "论文来源", "en": "The paper sources"},
    "found": {
        "zh": "共 {total} 篇，第 {page}/{pages} 页，点编号看解读。",
        "en": "{total} papers, page {page} of {pages}. Tap a number to read one.",
    },
    "found_one": {"zh": "找到 1 篇，点编号看解读。", "en": "1 paper. Tap its number to read it."},
    "found_as": {
        "zh": "按「{words}」搜到：论文的标题和摘要是英文的。",
        "en": "Found by “{words}”: titles and abstracts are in English.",
    },
    "left_out_words": {
        "zh": "已排除提到「{words}」的论文。",
        "en": "Left out: papers that mention {words}.",
    },
    "only_left_out": {
        "zh": "只写了要排除的词。请再加上想找的，例如：/search 扩散 -{words}",
        "en": "These are only words to leave out. Add what you are looking for, such as:"
        " /search diffusion -{words}",
    },
    "found_page": {"zh": "这一页已没有结果了。", "en": "There is nothing on this page any more."},
    "nothing_found": {
        "zh": (
            "没有找到相关论文。可以换个说法，或少写几个词（中英文都行）；"
            "知道编号的话，直接发 /paper 加 arXiv 编号，没收录的也能读。"
        ),
        "en": (
            "Nothing found. Try other or fewer words, in English or Chinese; "
            "with an arXiv id, /paper reads any paper, also one never listed here."
        ),
    },
}


def say(key: str, language: Language, **values: object) -> str:
    """Return one of the sentences above, filled."""
    return TEXT[key][language].format(**values)


def named_day(day: date, language: Language) -> str:
    """Return a day with its weekday: "2026-03-13 周五"."""
    return f"{day.isoformat()} {_WEEKDAYS[language][day.weekday()]}"


def short_day(day: date) -> str:
    """Return a day of these weeks: "03-13"."""
    return f"{day:%m-%d}"


def stars(count: int) -> str:
    """Return a repository's stars as people say them: "★ 812", "★ 1.2k"."""
    return f"★ {count}" if count < 1000 else f"★ {count / 1000:.1f}k".replace(".0k", "k")
