"""All channels, put together by the settings: what `flask outbox run` sends with."""

from facilitator.config import Settings
from facilitator.infra.dispatcher import Channel
from facilitator.referral.arrangement import Channel as Way
from facilitator.referral.channels.facility import FacilityChannel, LinkChannel, Linked
from facilitator.referral.channels.fhir import FhirChannel
from facilitator.referral.channels.local import LocalChannel
from facilitator.referral.channels.mail import SmtpChannel
from facilitator.referral.channels.phone import PhoneChannel
from facilitator.referral.channels.record import RecordChannel
from facilitator.referral.channels.text import ProviderChannel
from facilitator.referral.channels.timer import ClockChannel
from facilitator.referral.channels.webhook import WebhookChannel


def channels(config: Settings) -> dict[str, Channel]:
    """By the kind of message. Facilities on this machine are for the demonstration and for tests."""
    webhook = WebhookChannel(loopback_allowed=not config.https)
    fhir = FhirChannel(loopback_allowed=not config.https)
    email = Linked(SmtpChannel(config) if config.smtp_host else LocalChannel())
    text = Linked(ProviderChannel(config) if config.text_account else LocalChannel())
    link = LinkChannel(email, text)
    return {
        "webhook": FacilityChannel({Way.WEBHOOK: webhook, Way.FHIR: fhir, Way.LINK: link}),
        "record": RecordChannel(webhook, fhir, link),
        "email": email,
        "text": text,
        "phone": PhoneChannel(),
        "clock": ClockChannel(),
    }
