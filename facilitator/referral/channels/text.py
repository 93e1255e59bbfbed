"""Text messages by a provider: Twilio's interface, which several others speak too."""

import msgspec
import requests

from facilitator.config import Settings
from facilitator.infra import clock, db
from facilitator.infra.dispatcher import Delivered, Refusal, TryLater, Verdict
from facilitator.infra.outbox import Claimed
from facilitator.referral.channels import recipients
from facilitator.referral.channels.post import CONNECT_S, READ_S, retry_after_s
from facilitator.referral.react import Note

ASK_AGAIN = (401, 403, 408, 429)
"""Busy, or an account that the practice has to look after: neither says anything about this message."""


class ProviderChannel:
    def __init__(self, config: Settings) -> None:
        self._config = config

    def send(self, message: Claimed) -> Verdict:
        with db.reading() as tx:
            phone = recipients.find(tx, message.to).phone
        if phone is None:
            return Refusal("no phone number")
        form = {
            "To": phone,
            "From": self._config.text_from,
            "Body": msgspec.json.decode(message.body, type=Note).text,
        }
        try:
            return self._post(form)
        except requests.RequestException as trouble:
            return TryLater(type(trouble).__name__)

    def _post(self, form: dict[str, str]) -> Verdict:
        config = self._config
        url = f"{config.text_url.rstrip('/')}/2010-04-01/Accounts/{config.text_account}/Messages.json"
        credentials = (config.text_account, config.text_token)
        with requests.post(
            url, data=form, auth=credentials, timeout=(CONNECT_S, READ_S), allow_redirects=False
        ) as answer:
            why = f"text gateway said {answer.status_code}"
            if 200 <= answer.status_code < 300:
                return Delivered()
            if 400 <= answer.status_code < 500 and answer.status_code not in ASK_AGAIN:
                return Refusal(why)
            return TryLater(why, retry_after_s(answer.headers.get("retry-after"), clock.now()))
