"""What is asked for and by which right, as FHIR resources: the signed paper, the consent, the orders. Pure."""

import base64
from datetime import datetime

from facilitator.infra.times import iso
from facilitator.referral.consent import NOTICE, Kind, drawing
from facilitator.referral.record import codes, fhir
from facilitator.referral.record.contents import Contents

REASON = "Asks for treatment of an opioid use disorder"


def paper(of: Contents) -> fhir.DocumentReference:
    """The signed text, word for word, and the drawn signature where there is one."""
    signed = of.consent
    texts = [_attached("text/plain; charset=utf-8", signed.text, "Signed consent", of)]
    if signed.signature.kind is Kind.DRAWN:
        texts.append(_attached("image/svg+xml", drawing(signed.signature), "Signature", of))
    return fhir.DocumentReference(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("paper", of.key),),
        status="current",
        doc_status="final",
        type=codes.CONSENT_DOCUMENT,
        subject=of.ref("patient"),
        date=iso(signed.signed_at),
        description=NOTICE,
        security_label=tuple(fhir.CodeableConcept(coding=(each,)) for each in codes.LABELS),
        content=tuple(fhir.Content(attachment=each) for each in texts),
    )


def consent(of: Contents) -> fhir.Consent:
    signed = of.consent
    ends = signed.form.expires_at
    return fhir.Consent(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("consent", of.consent_id),),
        status="active",
        scope=codes.PRIVACY,
        category=(codes.CONSENT_DOCUMENT, codes.DISCLOSURE),
        patient=of.ref("patient"),
        date_time=iso(signed.signed_at),
        performer=(of.ref("patient"),),
        organization=(of.ref("practice"),),
        source_reference=of.ref("paper"),
        policy=(fhir.Policy(uri=codes.PART_2),),
        policy_rule=fhir.CodeableConcept(text=NOTICE),
        provision=fhir.Provision(
            type="permit",
            period=fhir.Period(start=iso(signed.signed_at), end=iso(ends) if ends else ""),
            actor=(
                fhir.ConsentActor(role=codes.CUSTODIAN, reference=of.ref("practice")),
                fhir.ConsentActor(role=codes.RECIPIENT, reference=of.ref("facility")),
            ),
            action=(codes.MAY_DISCLOSE,),
            security_label=codes.LABELS,
            purpose=codes.purposes(signed.form.scope),
        ),
    )


def request(of: Contents) -> fhir.ServiceRequest:
    return fhir.ServiceRequest(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("request", of.key),),
        status="active",
        intent="order",
        priority="stat",
        code=fhir.CodeableConcept(text="Admission to treatment"),
        order_detail=tuple(fhir.CodeableConcept(text=step) for step in codes.some(*of.steps)),
        subject=of.ref("patient"),
        occurrence_date_time=iso(of.arrives_at) if of.arrives_at else "",
        authored_on=iso(of.at),
        requester=of.ref("role"),
        performer=(of.ref("service"),),
        reason_code=(fhir.CodeableConcept(text=REASON),),
        insurance=(of.ref("coverage"),) if of.payer else (),
        supporting_info=(of.ref("consent"),),
    )


def task(of: Contents) -> fhir.Task:
    """For the facility: to be answered by the end of the restriction's period."""
    hold = codes.clean(of.hold_number)
    held = fhir.Input(type=fhir.CodeableConcept(text="Bed hold number"), value_string=hold)
    return fhir.Task(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("message", of.key),),
        status="requested",
        intent="order",
        priority="stat",
        code=codes.FULFILL,
        focus=of.ref("request"),
        for_=of.ref("patient"),
        authored_on=iso(of.at),
        last_modified=iso(of.at),
        requester=of.ref("role"),
        owner=of.ref("facility"),
        restriction=fhir.Restriction(period=fhir.Period(end=iso(of.answer_by))),
        input=(held,) if hold else (),
    )


def transport(of: Contents, arrives_at: datetime) -> fhir.Task:
    """Ours to do: nobody at the facility has to send a car."""
    return fhir.Task(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("transport", of.key),),
        based_on=(of.ref("request"),),
        status="accepted",
        intent="order",
        priority="stat",
        code=fhir.CodeableConcept(text="Transport to the facility"),
        description="Arrives by car, with an escort." if of.escort else "Arrives by car.",
        focus=of.ref("request"),
        for_=of.ref("patient"),
        execution_period=fhir.Period(end=iso(arrives_at)),
        authored_on=iso(of.at),
        last_modified=iso(of.at),
        requester=of.ref("role"),
        owner=of.ref("practice"),
    )


def communication(of: Contents) -> fhir.Communication:
    """The notice that every disclosure carries."""
    return fhir.Communication(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("notice", of.key),),
        status="completed",
        category=(codes.NOTIFICATION,),
        priority="stat",
        subject=of.ref("patient"),
        about=(of.ref("request"),),
        sent=iso(of.at),
        recipient=(of.ref("facility"),),
        sender=of.ref("role"),
        payload=(fhir.Payload(content_string=NOTICE),),
    )


def _attached(content_type: str, text: str, title: str, of: Contents) -> fhir.Attachment:
    return fhir.Attachment(
        content_type=content_type,
        language=of.consent.language,
        data=base64.b64encode(text.encode()).decode(),
        title=title,
        creation=iso(of.consent.signed_at),
    )
