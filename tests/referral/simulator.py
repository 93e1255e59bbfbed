"""A facility that answers: signs what it says as its system would; can lie, repeat itself and come late."""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from standardwebhooks.webhooks import Webhook

from facilitator.infra import clock
from facilitator.referral.lines import new_secret

PATH = "/facilities/answers"


class Letter(NamedTuple):
    """One signed answer, ready to be posted, and posted again."""

    body: bytes
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class AnsweringSystem:
    """One facility's system: the referral it was sent, and the secret it signs with."""

    def __init__(self, referral: str, secret: str) -> None:
        self.referral = referral
        self.secret = secret

    def says(
        self, state: str, reason: str | None = None, at: datetime | None = None, id: str | None = None, **more: Any
    ) -> Letter:
        said: dict[str, Any] = {"referral": self.referral, "state": state, "at": clock.iso(at or clock.now())}
        if reason is not None:
            said["reason"] = reason
        return signed(json.dumps(said | more).encode(), self.secret, id)

    def forges(self, state: str, **more: Any) -> Letter:
        """What a stranger would post: all right but for the secret."""
        return AnsweringSystem(self.referral, new_secret()).says(state, **more)


def signed(body: bytes, secret: str, id: str | None = None, sent_ago_s: float = 0) -> Letter:
    """Also for bodies that make no sense. `sent_ago_s` is how long ago it claims to have been signed."""
    key, at_s = id or str(uuid4()), int(time.time() - sent_ago_s)
    moment = datetime.fromtimestamp(at_s, tz=clock.now().tzinfo)
    return Letter(
        body,
        {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(at_s),
            "webhook-signature": Webhook(secret).sign(key, moment, body.decode(errors="replace")),
        },
    )


def with_headers(letter: Letter, changes: Mapping[str, str | None]) -> Letter:
    """The same letter with some of its headers changed, or taken off."""
    changed = {**letter.headers, **changes}
    return Letter(letter.body, {name: value for name, value in changed.items() if value is not None})
