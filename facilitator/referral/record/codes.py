"""The fixed words of the record: security labels, codings, identifiers, and text made fit for FHIR. Pure."""

import unicodedata

from facilitator.referral.consent import Scope
from facilitator.referral.record.fhir import CodeableConcept, Coding, ContactPoint, HumanName, Identifier, Meta
from facilitator.referral.record.patient import SOCIAL_SECURITY

BASE = "https://facilitator.example/fhir/"
"""Our identifiers mean something under these names only; nothing has to answer there."""

_TERMS = "http://terminology.hl7.org/CodeSystem/"
_ACT = f"{_TERMS}v3-ActCode"


def _coded(system: str, code: str, display: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=system, code=code, display=display),))


LABELS = (
    Coding(system=f"{_TERMS}v3-Confidentiality", code="R", display="restricted"),
    Coding(system=_ACT, code="42CFRPart2", display="42 CFR Part2"),
    Coding(system=_ACT, code="SUD", display="substance use disorder information sensitivity"),
    Coding(system=_ACT, code="NORDSCLCD", display="no redisclosure without consent directive"),
)
"""On every resource: all of it is treated as records under part 2."""
PROTECTED = Meta(security=LABELS)

CONSENT_DOCUMENT = _coded("http://loinc.org", "64292-6", "Release of information consent")
PRIVACY = _coded(f"{_TERMS}consentscope", "patient-privacy", "Privacy Consent")
DISCLOSURE = _coded(_ACT, "IDSCL", "information disclosure")
MAY_DISCLOSE = _coded(f"{_TERMS}consentaction", "disclose", "Disclose")
RECIPIENT = _coded(f"{_TERMS}v3-ParticipationType", "IRCP", "information recipient")
CUSTODIAN = _coded(f"{_TERMS}v3-ParticipationType", "CST", "custodian")
FULFILL = _coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", "Fulfill the focal request")
NOTIFICATION = _coded(f"{_TERMS}communication-category", "notification", "Notification")
SELF_PAY = _coded(f"{_TERMS}coverage-selfpay", "pay", "Pay")
CREATED = _coded(f"{_TERMS}v3-DataOperation", "CREATE", "create")
AUTHOR = _coded(f"{_TERMS}provenance-participant-type", "author", "Author")
PART_2 = "https://www.ecfr.gov/current/title-42/chapter-I/subchapter-A/part-2"

_REASON = f"{_TERMS}v3-ActReason"
_TREATMENT = Coding(system=_REASON, code="TREAT", display="treatment")
_PAYMENT = Coding(system=_REASON, code="HPAYMT", display="healthcare payment")
_OPERATIONS = Coding(system=_REASON, code="HOPERAT", display="healthcare operations")


def purposes(scope: tuple[Scope, ...]) -> tuple[Coding, ...]:
    """Payment only where what is needed for it was agreed to."""
    return (_TREATMENT, *((_PAYMENT,) if Scope.COVERAGE in scope else ()), _OPERATIONS)


def identifier(kind: str, value: str) -> Identifier:
    return Identifier(system=f"{BASE}{kind}", value=value)


def authorization(number: str) -> tuple[Identifier, ...]:
    """The payer's word that the stay is paid for."""
    words = clean(number)
    return (Identifier(type=CodeableConcept(text="Prior authorization"), value=words),) if words else ()


def clean(text: str) -> str:
    """On one line, without what FHIR cannot hold, and without what looks like a social security number."""
    printable = (" " if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") else each for each in text)
    return " ".join(SOCIAL_SECURITY.sub(" ", "".join(printable)).split())


def some(*texts: str) -> tuple[str, ...]:
    """Those that say something."""
    return tuple(words for each in texts if (words := clean(each)))


def named(name: str) -> tuple[HumanName, ...]:
    return (HumanName(text=clean(name)),)


def telecom(phone: str) -> tuple[ContactPoint, ...]:
    return tuple(ContactPoint(value=number) for number in some(phone))
