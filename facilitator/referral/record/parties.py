"""Who and where, as FHIR resources: the patient, those who send and receive, who pays, who comes along. Pure."""

from facilitator.referral.arrangement import PaidBy, Payer
from facilitator.referral.record import codes, fhir
from facilitator.referral.record.contents import Contents, Someone
from facilitator.referral.record.fhir import Reference


def patient(of: Contents) -> fhir.Patient:
    who, known = of.patient, of.details
    has_address = bool(known.address)
    address = fhir.Address(
        line=codes.some(known.street),
        city=codes.clean(known.city),
        state=codes.clean(known.state),
        postal_code=codes.clean(known.postal_code),
    )
    return fhir.Patient(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("patient", who.id),),
        active=True,
        name=codes.named(known.legal_name or who.name),
        telecom=codes.telecom(who.phone),
        gender=known.sex or "",
        birth_date=known.birth_date.isoformat() if known.birth_date else "",
        address=(address,) if has_address else (),
    )


def practice(of: Contents) -> fhir.Organization:
    lead = of.lead
    return fhir.Organization(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("practice", lead.id),),
        active=True,
        name=codes.clean(of.practice),
        telecom=codes.telecom(lead.phone),
    )


def facility(of: Contents) -> fhir.Organization:
    desk = of.desk
    return fhir.Organization(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("facility", desk.id),),
        active=True,
        name=codes.clean(desk.organization),
        telecom=codes.telecom(desk.phone),
    )


def lead(of: Contents) -> fhir.Practitioner:
    lead = of.lead
    return fhir.Practitioner(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("practitioner", lead.id),),
        name=codes.named(lead.name),
        telecom=codes.telecom(lead.phone),
    )


def role(of: Contents) -> fhir.PractitionerRole:
    return fhir.PractitionerRole(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("role", of.lead.id),),
        active=True,
        practitioner=of.ref("lead"),
        organization=of.ref("practice"),
        code=(fhir.CodeableConcept(text="Interventionist"),),
        telecom=codes.telecom(of.lead.phone),
    )


def service(of: Contents) -> fhir.HealthcareService:
    desk = of.desk
    return fhir.HealthcareService(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("service", desk.id),),
        active=True,
        provided_by=of.ref("facility"),
        name=codes.clean(desk.service),
        telecom=codes.telecom(desk.phone),
    )


def coverage(of: Contents, payer: Payer) -> fhir.Coverage:
    """Somebody who pays themselves is their own payor, as FHIR puts it."""
    own = payer.by is PaidBy.SELF_PAY
    name = Reference(type="Organization", display=codes.clean(payer.name))
    authorization = codes.authorization(payer.settled) if payer.by is PaidBy.AUTHORIZATION else ()
    return fhir.Coverage(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("coverage", of.key), *authorization),
        status="active",
        type=codes.SELF_PAY if own else None,
        beneficiary=of.ref("patient"),
        subscriber_id=codes.clean(of.details.member_id),
        payor=(of.ref("patient") if own else name,),
    )


def escort(of: Contents, escort: Someone) -> fhir.RelatedPerson:
    return fhir.RelatedPerson(
        meta=codes.PROTECTED,
        identifier=(codes.identifier("escort", escort.id),),
        active=True,
        patient=of.ref("patient"),
        relationship=(fhir.CodeableConcept(text="Escort on the way to treatment"),),
        name=codes.named(escort.name),
        telecom=codes.telecom(escort.phone),
    )
