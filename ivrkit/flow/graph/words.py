"""What is written in a picture beside the author's own words, in the author's language."""

from __future__ import annotations

from collections.abc import Mapping

SIDEWAYS = frozenset({"noinput", "nomatch", "give_up", "visits", "timeout", "error"})
"Ways out that a good call does not take: they are drawn thinner."

ENGLISH = "en"
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "start": "start",
        "on_hangup": "hung up",
        "everywhere": "in every menu",
        "whole": "in the whole flow",
        "back": "back",
        "repeat": "again",
        "noinput": "no key",
        "nomatch": "wrong key",
        "give_up": "gave up",
        "visits": "too often",
        "key": "key {key}",
        "else": "otherwise",
        "unknown": "not in this flow",
    },
    "zh": {
        "start": "开始",
        "on_hangup": "挂机后",
        "everywhere": "每个菜单",
        "whole": "整个流程",
        "back": "返回",
        "repeat": "重听",
        "noinput": "没按键",
        "nomatch": "按错键",
        "give_up": "多次未成功",
        "visits": "来过太多次",
        "key": "按 {key}",
        "next": "继续",
        "else": "否则",
        "fault": "故障",
        "timeout": "超时",
        "error": "出错",
        "yes": "是",
        "no": "否",
        "open": "营业",
        "closed": "休息",
        "holiday": "节假日",
        "emergency": "紧急",
        "answered": "接通",
        "busy": "忙",
        "no_answer": "无人接听",
        "failed": "失败",
        "empty": "没有内容",
        "unknown": "流程里没有",
    },
}
"What is written in a picture beside the author's own words; the names of ways out that are not here stay as they are."


def word(name: str, language: str) -> str:
    """A way out, or another word of a picture, in a language; in English where it is not known in that one."""
    return WORDS.get(language, {}).get(name) or WORDS[ENGLISH].get(name, name)
