"""Addresses as contacts have them, and the channel by which each is reached."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = "[a-z][a-z0-9-]{0,39}"
_FORMS: Final = {
    "": r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}",
    "wecom": "member:[A-Za-z0-9][A-Za-z0-9._@-]{0,63}",
    "wecom_bot": f"bot:{_NAME}",
    "webhook": rf"hook:{_NAME}|https://[A-Za-z0-9-]{{1,63}}(\.[A-Za-z0-9-]{{1,63}}){{0,8}}(:[0-9]{{1,5}})?(/[A-Za-z0-9._~/%-]{{0,300}})?",
}
"""What an address looks like, by the channel that it is meant for; an e-mail address is meant for none alone."""
PATTERN: Final = "|".join(_FORMS.values())
ADDRESS: Final = re.compile(PATTERN)
EXAMPLES: Final = "liaison@unit.example.org, member:zhangsan, bot:town-heads, hook:archive or https://host/path"
TAKE_ALL: Final = frozenset({"eml", "console"})
"""Channels that only write down what would be sent, to whatever address."""


def channel_for(address: str, channel: str) -> str:
    """Return the channel that an address is reached by where a notice goes by `channel`."""
    if channel in TAKE_ALL:
        return channel
    return next((meant for meant, form in _FORMS.items() if meant and re.fullmatch(form, address)), channel)
