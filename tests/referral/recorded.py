"""A whole record in memory, and what a test changes about it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from facilitator.referral import consent
from facilitator.referral.arrangement import PaidBy, Payer
from facilitator.referral.consent import Consent, Device, Form, Kind, Recipient, Scope, Signature
from facilitator.referral.record.contents import Contents, Desk, Someone
from facilitator.referral.record.patient import Patient, Sex

SIGNED = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
DRAWN = Signature(Kind.DRAWN, "Caleb Hart", [[(10.0, 20.0), (300.5, 400.0)], [(50.0, 60.0)]])
TYPED = Signature(Kind.TYPED, "Caleb Hart")


def a_form(**changes: Any) -> Form:
    whole = Form(
        patient="Caleb Hart",
        discloser="Dana Whitfield",
        phone="+1 603-555-0100",
        scope=tuple(Scope),
        recipients=(Recipient("first", "Harbor Ridge, admissions"), Recipient("second", "Millbrook, intake")),
        expires_at=SIGNED + consent.LASTS,
    )
    return msgspec.structs.replace(whole, **changes)


def a_consent(signature: Signature = TYPED, witness: str = "", **form: Any) -> Consent:
    filled = a_form(**form)
    text = consent.text_of(filled, signature, SIGNED, witness)
    return Consent(filled, text, signature, SIGNED, Device.OWN, witness=witness)


def some_contents(**changes: Any) -> Contents:
    """Everything that can be in a record."""
    whole = Contents(
        key="0a1b2c:record:primary",
        at=SIGNED + timedelta(seconds=2),
        answer_by=SIGNED + timedelta(minutes=15),
        patient=Someone("person-1", "Caleb Hart", "+1 603-555-0110"),
        details=Patient(
            legal_name="Caleb John Hart",
            birth_date=date(1994, 5, 2),
            sex=Sex.MALE,
            street="12 Mill Street",
            city="Keene",
            state="NH",
            postal_code="03431",
            member_id="GM-4471",
        ),
        lead=Someone("person-2", "Dana Whitfield", "+1 603-555-0100"),
        practice="Practice of Dana Whitfield",
        desk=Desk("first", "Harbor Ridge Recovery", "admissions", "+1 603-555-0130"),
        consent_id="c0ffee",
        consent=a_consent(),
        steps=("Withdrawal care (detox)", "Residential treatment"),
        hold_number="B-77",
        payer=Payer("Granite Mutual", "PA-123", PaidBy.AUTHORIZATION),
        arrives_at=SIGNED + timedelta(minutes=65),
        escort=Someone("person-3", "Walter Bennett", "+1 603-555-0119"),
    )
    return msgspec.structs.replace(whole, **changes)
