"""The texts of a notice as they are kept under their hash."""

from __future__ import annotations

import json

from engine.history import canonical
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.plan import blob
from notifications.notice import Content

_SUBJECT = b',"subject":'


def content_bytes(content: Content) -> bytes:
    """Return the canonical bytes of a notice's texts."""
    return canonical({"subject": content.subject, "body": content.body, "short": content.short})


def content_from(data: bytes) -> Content:
    """Return the texts of a notice."""
    return Content(**json.loads(data))


def subject_of(case: CampaignSession, content: str) -> str:
    """Return the subject of the texts kept under a hash: it stands there and not in the record (SEMANTICS H1)."""
    data = blob(case.work, content)
    # It is the last in canonical bytes, within whose texts no quotation mark is bare: what is before is not read.
    subject: str = json.loads(data[data.rindex(_SUBJECT) + len(_SUBJECT) : -1])
    return subject
