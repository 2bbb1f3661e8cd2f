"""What the operator must know, as sentences: what happened, and what to do about it.

Printed by the commands; whoever sends them to the administrators takes them from here. They are
built from facts of our own ledger and never hold a provider's text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.app import Services
from bot.render.operator_time import moment, until
from bot.settings import MODEL_LISTS
from core.llm.alerts import MEMORY, Alert, AlertKind, alerts
from core.models.values import Language


@dataclass(frozen=True)
class AlertText:
    """An alert in words."""

    what: str
    """What happened."""
    advice: str
    """What to do."""


_NEW_KEY: dict[Language, str] = {
    "zh": "换上新的 {key_setting}（{key_page}）；{others}",
    "en": "set a new {key_setting} ({key_page}); {others}",
}
_OTHERS: dict[Language, tuple[str, str]] = {
    "zh": ("其余模型照常工作：{left}", "已没有可用的模型，只有本地评分和原句摘录"),
    "en": ("these go on: {left}", "no model is left: scores are local and papers are quoted"),
}
_WHAT: Mapping[AlertKind, dict[Language, str]] = {
    AlertKind.KEY_INVALID: {
        "zh": "{label} 不认这个密钥",
        "en": "{label} does not accept the key",
    },
    AlertKind.KEY_EXPIRED: {"zh": "{label} 密钥已过期", "en": "the {label} key has expired"},
    AlertKind.KEY_LEAKED: {
        "zh": "{label} 密钥已外泄，被停用",
        "en": "the {label} key is locked, because it was found in public",
    },
    AlertKind.KEY_DENIED: {
        "zh": "{label} 不允许这个密钥使用：API 未启用、账单或所在地区的问题",
        "en": "the {label} key may not be used: its API is off, billing, or the location",
    },
    AlertKind.NO_CREDIT: {
        "zh": "{label} 账户余额不足",
        "en": "the {label} account has no money left",
    },
    AlertKind.MODEL_GONE: {
        "zh": "模型 {model} 不存在（或已下线）",
        "en": "there is no model {model} (any more)",
    },
    AlertKind.MODEL_DENIED: {
        "zh": "这个密钥不能使用模型 {model}",
        "en": "the key may not use the model {model}",
    },
    AlertKind.MODEL_NO_QUOTA: {
        "zh": "这个密钥没有模型 {model} 的免费配额（上限是 0，等多久都不会有）",
        "en": "the key has no free quota for the model {model} (its limit is 0; waiting does not"
        " bring it)",
    },
    AlertKind.MODEL_UNAVAILABLE: {
        "zh": "模型 {model} 上次调用（{at}）没有响应",
        "en": "the model {model} did not answer when it was last asked ({at})",
    },
    AlertKind.SERVICE_UNAVAILABLE: {
        "zh": "{label} 上次调用（{at}）没有响应",
        "en": "{label} did not answer when it was last asked ({at})",
    },
    AlertKind.DAY_USED_UP: {
        "zh": "今天的模型调用次数已用完，恢复时间 {until}",
        "en": "today's requests are used up on all models; they are back {until}",
    },
}
_ADVICE: Mapping[AlertKind, dict[Language, str]] = {
    AlertKind.KEY_INVALID: _NEW_KEY,
    AlertKind.KEY_EXPIRED: _NEW_KEY,
    AlertKind.KEY_LEAKED: {
        "zh": f"删除它，找出外泄的地方，{_NEW_KEY['zh']}",
        "en": f"delete it, find out where it got out, and {_NEW_KEY['en']}",
    },
    AlertKind.KEY_DENIED: {
        "zh": "到 {key_page} 检查它的项目和账单；{others}",
        "en": "look at its project and billing at {key_page}; {others}",
    },
    AlertKind.NO_CREDIT: {
        "zh": "到 {key_page} 充值；{others}",
        "en": "top it up at {key_page}; {others}",
    },
    AlertKind.MODEL_GONE: {
        "zh": f"在 {MODEL_LISTS} 中换掉它；{{others}}",
        "en": f"replace it in {MODEL_LISTS}; {{others}}",
    },
    AlertKind.MODEL_DENIED: {
        "zh": f"在 {MODEL_LISTS} 中换掉它，或检查密钥的项目；{{others}}",
        "en": f"replace it in {MODEL_LISTS}, or look at the key's project; {{others}}",
    },
    AlertKind.MODEL_NO_QUOTA: {
        "zh": f"在 {MODEL_LISTS} 中换掉它，或为密钥的项目开通计费；{{others}}",
        "en": f"replace it in {MODEL_LISTS}, or turn on billing for the key's project; {{others}}",
    },
    AlertKind.MODEL_UNAVAILABLE: {
        "zh": "不必处理；{others}",
        "en": "nothing to do; {others}",
    },
    AlertKind.SERVICE_UNAVAILABLE: {
        "zh": "缺少的解读稍后补上；若一直如此，检查网络和 {url_setting}",
        "en": "what is missing follows later; if it stays so, check the network and {url_setting}",
    },
    AlertKind.DAY_USED_UP: {
        "zh": f"不必处理，缺少的届时补上；想要更多，在 {MODEL_LISTS} 中增加模型",
        "en": f"nothing to do, what is missing follows then; more models in {MODEL_LISTS} bring"
        " more",
    },
}


def alert_text(alert: Alert, language: Language, now: datetime, zone: tzinfo) -> AlertText:
    """Return an alert in words; times are `zone`'s."""
    some, none = _OTHERS[language]
    values = {
        "model": alert.model,
        "at": moment(alert.at, now, zone),
        "until": until(alert.until, now, zone, language) if alert.until else "",
        "others": some.format(left=", ".join(alert.left)) if alert.left else none,
    }
    if (policy := alert.provider) is not None:
        names = ("label", "key_setting", "key_page", "url_setting")
        values |= {name: getattr(policy, name) for name in names}
    return AlertText(
        what=_WHAT[alert.kind][language].format(**values),
        advice=_ADVICE[alert.kind][language].format(**values),
    )


async def find_alerts(services: Services) -> list[Alert]:
    """Return what the operator must know at this moment; nothing without a key."""
    if (chains := services.chains) is None:
        return []
    now, accounts = services.now(), [policy.account for policy in chains.providers]
    calls = await services.store.calls.last_calls(accounts, now - MEMORY)
    return alerts(calls, await chains.budgets(), now)


async def alerts_now(services: Services, language: Language | None = None) -> list[str]:
    """Return what the operator must know, one sentence each, in the digest's language."""
    found = await find_alerts(services)
    language = language or services.settings.digest_language
    now, zone = services.now(), services.settings.digest_timezone
    return [sentence(alert_text(alert, language, now, zone), language) for alert in found]


def sentence(words: AlertText, language: Language) -> str:
    """Return an alert as one line."""
    if language == "zh":
        return f"{words.what}。{words.advice}。"
    return f"{words.what[:1].upper()}{words.what[1:]}; {words.advice}."
