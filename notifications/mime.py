"""The one form in which a notice becomes an e-mail; the same envelope gives the same bytes."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notifications.channels import Envelope

_POLICY = SMTP.clone(cte_type="7bit")


def message_bytes(envelope: Envelope) -> bytes:
    """Return the message in MIME, UTF-8 in base64, lines ending in CRLF."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = envelope.sender
    message["To"] = ", ".join(envelope.recipients)
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = f"<{envelope.message_id}>"
    for name, value in envelope.headers:
        message[name] = value
    message.set_content(envelope.body, charset="utf-8", cte="base64")
    return message.as_bytes()
