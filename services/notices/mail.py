"""Mail: one plain message over the operator's own server. It names the event and a link, nothing else."""

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final

from services.notices.posting import NoAnswer
from services.settings import Settings

TIMEOUT: Final = 10.0
"""Seconds that the server may keep silent, and that a mail may take in all."""
_POOL: Final = ThreadPoolExecutor(4, thread_name_prefix="mail")
"""Threads of its own: a mail server that hangs holds up nothing else."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent to one address; `id` is the same at every attempt."""

    id: str
    to: str
    subject: str
    text: str


async def send(settings: Settings, mail: Mail, *, seconds: float = TIMEOUT) -> None:
    """Hand a mail to the server.

    Raises:
        NoAnswer: there is no server, or it did not take the mail; the argument is a short word.
    """
    if not settings.smtp_host:
        raise NoAnswer("no mail server")
    try:
        loop = asyncio.get_running_loop()
        handing = loop.run_in_executor(_POOL, _hand_over, settings, written(settings, mail), seconds)
        async with asyncio.timeout(seconds):
            await handing
    except smtplib.SMTPResponseException as error:
        raise NoAnswer(f"SMTP {error.smtp_code}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NoAnswer("receiver refused") from error
    except ssl.SSLError as error:
        raise NoAnswer("certificate") from error
    except TimeoutError as error:
        raise NoAnswer("timeout") from error
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer("no connection") from error


def written(settings: Settings, mail: Mail) -> EmailMessage:
    """Write a mail as it is sent."""
    message = EmailMessage()
    sender = settings.mail_from or settings.smtp_user
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2] or 'yipanqi'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")  # not every server takes eight bits
    return message


def _hand_over(settings: Settings, message: EmailMessage, seconds: float) -> None:
    with _connected(settings, seconds) as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def _connected(settings: Settings, seconds: float) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=seconds)
