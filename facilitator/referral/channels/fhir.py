"""Messages to a facility's FHIR server (R4): the record as it is, everything else as a Communication."""

import msgspec

from facilitator.infra.dispatcher import Delivered, Refusal, TryLater, Verdict
from facilitator.infra.outbox import Claimed
from facilitator.referral.channels import words
from facilitator.referral.channels.post import Parcel, Reply, post

CONTENT_TYPE = "application/fhir+json"
KEYS = "https://facilitator.example/fhir/message"
"""The system of our identifiers: a message's key means something under this name only."""
ASK_AGAIN = (408, 425, 429)


class Issue(msgspec.Struct, frozen=True):
    """`code` is of a fixed list of FHIR's. What else an issue says may quote the record, so it is not read."""

    code: str = "unknown"
    severity: str = "error"


class _Response(msgspec.Struct, frozen=True):
    status: str = ""


class _Entry(msgspec.Struct, frozen=True):
    response: _Response = _Response()


class _Answer(msgspec.Struct, frozen=True):
    resource_type: str = msgspec.field(name="resourceType", default="")
    type: str = ""
    entry: tuple[_Entry, ...] = ()
    issue: tuple[Issue, ...] = ()


class FhirChannel:
    """`loopback_allowed` is for the demonstration and for tests."""

    def __init__(self, loopback_allowed: bool) -> None:
        self._loopback_allowed = loopback_allowed

    def send(self, message: Claimed) -> Verdict:
        """Everything but the record: it names nobody, so a plain Communication carries it."""
        return self.send_bundle(message, msgspec.json.encode(_communication(message)))

    def send_bundle(self, message: Claimed, bundle: bytes) -> Verdict:
        """A transaction: all of it is taken, or nothing."""
        facility = message.to.removeprefix("facilities:")
        parcel = Parcel(facility, message.key, bundle, CONTENT_TYPE, reads=True)
        reply = post(parcel, self._loopback_allowed)
        return _verdict(reply) if isinstance(reply, Reply) else reply


def _communication(message: Claimed) -> dict[str, object]:
    resource = {
        "resourceType": "Communication",
        "identifier": [{"system": KEYS, "value": message.key}],
        "status": "completed",
        "priority": "stat",
        "payload": [{"contentString": words.in_full(message.body)}],
    }
    once = {"method": "POST", "url": "Communication", "ifNoneExist": f"identifier={KEYS}|{message.key}"}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": resource, "request": once}]}


def _verdict(reply: Reply) -> Verdict:
    answer = _read(reply.body)
    if 200 <= reply.status < 300:
        return _of_entries(answer)
    why = reply.why + _issues(answer)
    if 400 <= reply.status < 500 and reply.status not in ASK_AGAIN:
        return Refusal(why)
    return TryLater(why, reply.retry_after_s)


def _of_entries(answer: _Answer) -> Verdict:
    """A server that answers 200 may still say that it took nothing."""
    statuses = [entry.response.status for entry in answer.entry if entry.response.status]
    refused = [status[:3] for status in statuses if not status.startswith("2")]
    if refused:
        return TryLater(f"entry {refused[0]}") if refused[0].startswith("5") else Refusal(f"entry {refused[0]}")
    severe = [issue for issue in answer.issue if issue.severity in ("fatal", "error")]
    if answer.resource_type == "OperationOutcome" and severe:
        return Refusal(f"outcome{_issues(answer)}")
    return Delivered()


def _read(body: bytes) -> _Answer:
    """What can be understood of it; an answer in words or in XML says no more than its status."""
    try:
        return msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Answer()


def _issues(answer: _Answer) -> str:
    codes = dict.fromkeys(issue.code for issue in answer.issue if issue.code.isalpha() and len(issue.code) < 20)
    return f" ({', '.join(codes)})" if codes else ""
