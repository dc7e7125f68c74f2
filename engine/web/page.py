"""The pages that a unit sees: plain HTML in Chinese, without scripts, pictures or anything from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Final

from engine import words
from engine.errors import Refused
from engine.service.signing.linking import Why
from engine.service.signing.receipts import ReceiptSight, SignableDuty
from notifications import wording

STYLE: Final = """
body{margin:0;background:#f4f5f7;color:#1f2329;font:17px/1.7 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:40em;margin:0 auto;padding:1.2em 1.1em 3em;background:#fff;min-height:100vh;box-sizing:border-box}
h1{margin:.3em 0 .1em;font-size:1.45em}
p{margin:.6em 0}
.from,.note,small{color:#646a73}
.note,small{font-size:.86em}
.done{padding:.6em .8em;background:#e8f6ec;border-left:.3em solid #2a8a43}
ol{margin:.8em 0;padding:0;list-style:none;counter-reset:n}
li{margin:0;padding:.7em .2em .7em 2.2em;border-top:1px solid #e5e6eb;counter-increment:n;position:relative}
li::before{content:counter(n) ".";position:absolute;left:.4em;color:#646a73}
li:last-child{border-bottom:1px solid #e5e6eb}
li strong{display:block;font-weight:600}
button{width:100%;margin:.8em 0 .3em;padding:.75em;border:0;border-radius:.4em;background:#b3261e;color:#fff;
font:inherit;font-size:1.1em;font-weight:600}
button:focus-visible{outline:.2em solid #1f2329;outline-offset:.15em}
"""
STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
CONFIRM: Final = ("confirm", "yes")
"""What the button sends: a bare POST signs nothing."""
DONE: Final = '<p class="done">以下任务已经签收,请按时限办理报送。</p>'

OVER: Final[dict[Why, tuple[str, str]]] = {
    "expired": ("链接已过期", "本链接已过有效期。请使用最近一次通知中的链接,或联系发出通知的单位。"),
    "replaced": (
        "链接已失效",
        "本单位联络员的联系方式已经变更。请由现任联络员办理,或联系发出通知的单位。",
    ),
    "ended": ("无需签收", "该项工作已经结束,无需签收。"),
}
"""Title and text where a genuine link signs nothing any more; nothing of the notice is told."""
UNKNOWN: Final = (
    "链接无效",
    "链接可能复制不完整,或已经更换。请打开通知原文,重新点击或完整复制其中的链接;仍打不开的,请联系发出通知的单位。",
)
NOT_ASKED: Final = ("请从页面签收", "没有收到签收请求。请返回上一页,点“确认签收”。")
NO_METHOD: Final = ("不支持的请求", "请打开通知原文中的链接,在页面上点“确认签收”。")
BUSY: Final = ("系统正忙", "尚未签收。请稍后再打开本链接;急需签收的,请联系发出通知的单位。")
BROKEN: Final = ("系统出现问题", "尚未签收。请稍后再打开本链接,或联系发出通知的单位。")


def message(title: str, text: str) -> str:
    """Return a page that only says something."""
    return _document(title, [f"<p>{escape(text)}</p>"])


def refused(error: Refused) -> str:
    """Return the page of something that was asked for and is not done: why, in the words of this page."""
    return message("未能办理", words.said(error.key, error.facts, words.CHINESE, called))


def called(name: str, is_action: bool) -> str:
    """Return how this page calls a field or a deed: it has neither options nor commands."""
    return f"“{words.label(f'action.{name}' if is_action else f'field.{name}', words.CHINESE)}”"


def over(why: Why) -> str:
    """Return the page of a genuine link that signs nothing any more."""
    return message(*OVER[why])


def sheet(sight: ReceiptSight) -> str:
    """Return the page of a link that holds: what it names, how that stands, and the button where it signs."""
    title = "任务签收" if sight.open else "已签收" if _has_signed(sight) else "无需签收"
    return _document(title, [*_head(sight), *_list(sight), *_foot(sight)])


def _has_signed(sight: ReceiptSight) -> bool:
    return any(duty.signed_on for duty in sight.duties)


def _document(title: str, parts: Iterable[str]) -> str:
    body = "\n".join([f"<h1>{escape(title)}</h1>", *parts])
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _head(sight: ReceiptSight) -> list[str]:
    you = "贵单位" if sight.courteous else "你单位"
    written = wording.plain_day(sight.day, sight.today)
    asks = f"{written}《{sight.subject}》涉及{you}以下{len(sight.duties)}项任务"
    said = f"{asks},请确认签收。" if sight.open else f"{asks}。"
    return [
        f'<p class="from">{escape(sight.title)}</p>',
        f"<p>{escape(sight.unit)}:</p>",
        f"<p>{escape(said)}</p>",
        *(
            []
            if sight.open or not _has_signed(sight)
            else ['<p class="done">以下任务已经签收,请按时限办理报送。</p>']
        ),
    ]


def _list(sight: ReceiptSight) -> list[str]:
    return ["<ol>", *(_line(sight, duty) for duty in sight.duties), "</ol>"]


def _line(sight: ReceiptSight, duty: SignableDuty) -> str:
    due = wording.by(duty.due_on, sight.close, sight.today) if duty.due_on else "另行通知"
    told = f"时限:{due};{_standing(sight, duty)}"
    return f"<li><strong>{escape(duty.title)}</strong><small>{escape(told)}</small></li>"


def _standing(sight: ReceiptSight, duty: SignableDuty) -> str:
    if duty.signed_at is not None:
        return f"{wording.plain_day(duty.signed_at.date(), sight.today)}{duty.signed_at:%H:%M}签收;{duty.state}"
    if duty.signed_on is not None:
        return f"{wording.plain_day(duty.signed_on, sight.today)}签收;{duty.state}"
    return duty.state


def _foot(sight: ReceiptSight) -> list[str]:
    until = wording.plain_day(sight.until, sight.today)
    asked = f"对任务有疑问或有异议的,请联系{sight.office}。本链接{until}前有效,仅供本单位使用,请勿转发。"
    if not sight.open:
        return [f'<p class="note">{escape(asked)}</p>']
    name, value = CONFIRM
    open_ones = sum(duty.open for duty in sight.duties)
    all_of_them = f"(共{open_ones}项)" if open_ones > 1 else ""
    return [
        f'<form method="post"><input type="hidden" name="{name}" value="{value}">'
        f"<button>确认签收{all_of_them}</button></form>",
        f'<p class="note">点“确认签收”,即记录{escape(sight.unit)}已收到并承办上述待签收的任务。{escape(asked)}</p>',
    ]
