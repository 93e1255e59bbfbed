"""The record of one release as a FHIR transaction: who, to whom, what for, by which consent. Pure.

Only what the consent covers gets in. Repeated under the same key it is the same, byte for byte, and creates
nothing twice: every resource but the Provenance is created only where its identifier is not known yet.
"""

from facilitator.infra.times import iso
from facilitator.referral.record import codes, fhir, orders, parties
from facilitator.referral.record.contents import Contents, within_consent


def bundle(contents: Contents) -> fhir.Bundle:
    """Of what the consent lets through."""
    of = within_consent(contents)
    made = _resources(of)
    entries = (_created_once(of.urn(name), resource) for name, resource in made.items())
    return fhir.Bundle(
        meta=codes.PROTECTED,
        identifier=codes.identifier("message", of.key),
        type="transaction",
        timestamp=iso(of.at),
        entry=(*entries, _provenance(of, tuple(made))),
    )


def _resources(of: Contents) -> dict[str, fhir.Resource]:
    """By the name under which the others refer to them."""
    made: dict[str, fhir.Resource] = {
        "patient": parties.patient(of),
        "practice": parties.practice(of),
        "facility": parties.facility(of),
        "lead": parties.lead(of),
        "role": parties.role(of),
        "service": parties.service(of),
        "paper": orders.paper(of),
        "consent": orders.consent(of),
        "request": orders.request(of),
        "task": orders.task(of),
        "communication": orders.communication(of),
    }
    if of.payer is not None:
        made["coverage"] = parties.coverage(of, of.payer)
    if of.escort is not None:
        made["escort"] = parties.escort(of, of.escort)
    if of.arrives_at is not None:
        made["transport"] = orders.transport(of, of.arrives_at)
    return made


def _created_once(urn: str, resource: fhir.Resource) -> fhir.Entry:
    own, kind = resource.identifier[0], type(resource).__name__
    once = fhir.Request(method="POST", url=kind, if_none_exist=f"identifier={own.system}|{own.value}")
    return fhir.Entry(full_url=urn, resource=resource, request=once)


def _provenance(of: Contents, made: tuple[str, ...]) -> fhir.Entry:
    own = of.urn("provenance").removeprefix("urn:uuid:")
    resource = fhir.Provenance(
        meta=codes.PROTECTED,
        id=own,
        target=tuple(of.ref(name) for name in made),
        recorded=iso(of.at),
        activity=codes.CREATED,
        agent=(fhir.Agent(type=codes.AUTHOR, who=of.ref("role"), on_behalf_of=of.ref("practice")),),
        entity=(fhir.Source(role="source", what=of.ref("paper")),),
    )
    put = fhir.Request(method="PUT", url=f"Provenance/{own}")
    return fhir.Entry(full_url=f"urn:uuid:{own}", resource=resource, request=put)
