"""E-mail by the practice's own mail server, encrypted on the way and addressed to one person at a time."""

import smtplib
import ssl
from email.message import EmailMessage

import msgspec

from facilitator.config import Settings
from facilitator.infra import db
from facilitator.infra.dispatcher import Delivered, Refusal, TryLater, Verdict
from facilitator.infra.outbox import Claimed
from facilitator.referral.channels import recipients
from facilitator.referral.react import Note

TIMEOUT_S = 5.0
SUBJECT = "Plan A"
"""It shows on lock screens and in lists of mail."""


class SmtpChannel:
    def __init__(self, config: Settings) -> None:
        self._config = config

    def send(self, message: Claimed) -> Verdict:
        with db.reading() as tx:
            address = recipients.find(tx, message.to).email
        if not address:
            return Refusal("no e-mail address")
        try:
            self._hand_over(self._letter(message, address))
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(next(iter(refused.recipients.values()))[0])
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code)
        except (smtplib.SMTPException, OSError) as trouble:
            return TryLater(type(trouble).__name__)
        return Delivered()

    def _letter(self, message: Claimed, address: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self._config.mail_from
        letter["To"] = address
        letter["Subject"] = SUBJECT
        # A mailbox that gets the same message twice can tell: its id is the key that the message has everywhere.
        letter["Message-ID"] = f"<{message.key.replace(':', '.')}@{self._config.mail_from.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(msgspec.json.decode(message.body, type=Note).text)
        return letter

    def _hand_over(self, letter: EmailMessage) -> None:
        config, trusted = self._config, ssl.create_default_context()
        with self._connected(trusted) as server:
            if config.smtp_security == "starttls":
                server.starttls(context=trusted)
            if config.smtp_user:
                server.login(config.smtp_user, config.smtp_password)
            server.send_message(letter)

    def _connected(self, trusted: ssl.SSLContext) -> smtplib.SMTP:
        config = self._config
        if config.smtp_security == "tls":
            return smtplib.SMTP_SSL(config.smtp_host, config.smtp_port, timeout=TIMEOUT_S, context=trusted)
        return smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT_S)


def _refused(code: int) -> Verdict:
    """Mail servers say 4xx for "not now" and 5xx for "never"; a wrong password is ours to mend, so it can wait."""
    why = f"mail server said {code}"
    ours = code in (530, 534, 535)
    return Refusal(why) if code >= 500 and not ours else TryLater(why)
