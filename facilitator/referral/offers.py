"""What a facility offers and asks for, kept as attributes of its record in the directory. Pure.

The level of care is recorded with the edition of the criteria that it is written in; nothing is derived from it.
"""

from enum import StrEnum

import msgspec

from facilitator.referral import hsds
from facilitator.referral.hsds import Attribute, RequiredDocument, Service, TaxonomyTerm

TAXONOMY = "Treatment facility"


class Setting(StrEnum):
    OUTPATIENT = "outpatient"
    INTENSIVE_OUTPATIENT = "intensive_outpatient"
    PARTIAL_HOSPITALIZATION = "partial_hospitalization"
    RESIDENTIAL = "residential"
    HOSPITAL_INPATIENT = "hospital_inpatient"
    OUTPATIENT_DETOX = "outpatient_detox"
    RESIDENTIAL_DETOX = "residential_detox"
    HOSPITAL_DETOX = "hospital_detox"
    OPIOID_TREATMENT_PROGRAM = "opioid_treatment_program"


class MoudPolicy(StrEnum):
    OFFERED = "offered"
    CONTINUED = "continued"
    """What somebody is prescribed already goes on; nothing new is begun."""
    NOT_OFFERED = "not_offered"


class Offer(msgspec.Struct, frozen=True):
    """`moud` is None while nobody has asked. `asam_levels` pairs a level with the edition it is written in."""

    settings: tuple[Setting, ...] = ()
    moud: MoudPolicy | None = None
    medications: tuple[str, ...] = ()
    insurance: tuple[str, ...] = ()
    banned_items: tuple[str, ...] = ()
    asam_levels: tuple[tuple[str, str], ...] = ()


class _Term(StrEnum):
    SETTING = "setting"
    MOUD = "moud"
    MEDICATION = "medication"
    INSURANCE = "insurance"
    BANNED_ITEM = "banned_item"
    ASAM_LEVEL = "asam_level"


_MEANING = {
    _Term.SETTING: ("Treatment setting", "A setting in which this service is given."),
    _Term.MOUD: (
        "MOUD policy",
        "Whether medication for opioid use disorder is offered, continued, or not offered.",
    ),
    _Term.MEDICATION: ("Medication", "A medication for opioid use disorder that is prescribed here."),
    _Term.INSURANCE: ("Insurance accepted", "A payer that is accepted here."),
    _Term.BANNED_ITEM: ("Not allowed in the bag", "Something that must not be brought along."),
    _Term.ASAM_LEVEL: (
        "ASAM level of care",
        "A level of care that the facility states; the label is its edition.",
    ),
}


def offer_of(service: Service) -> Offer:
    """Values that the product does not know are left alone, and out."""
    settings = [value for value, _ in _values(service, _Term.SETTING) if value in set(Setting)]
    moud = [value for value, _ in _values(service, _Term.MOUD) if value in set(MoudPolicy)]
    return Offer(
        settings=tuple(Setting(value) for value in settings),
        moud=MoudPolicy(moud[0]) if moud else None,
        medications=_texts(service, _Term.MEDICATION),
        insurance=_texts(service, _Term.INSURANCE),
        banned_items=_texts(service, _Term.BANNED_ITEM),
        asam_levels=tuple(_values(service, _Term.ASAM_LEVEL)),
    )


def with_offer(service: Service, offer: Offer) -> Service:
    """Replaces what the product keeps; attributes of others stay where they are."""
    others = tuple(each for each in service.attributes if _code(each) is None)
    wanted = [
        *((_Term.SETTING, each, None) for each in offer.settings),
        *([(_Term.MOUD, offer.moud, None)] if offer.moud else []),
        *((_Term.MEDICATION, each, None) for each in offer.medications),
        *((_Term.INSURANCE, each, None) for each in offer.insurance),
        *((_Term.BANNED_ITEM, each, None) for each in offer.banned_items),
        *((_Term.ASAM_LEVEL, level, edition) for level, edition in offer.asam_levels),
    ]
    own = tuple(_attribute(service.id, term, value, label) for term, value, label in wanted)
    return msgspec.structs.replace(service, attributes=(*others, *own))


def documents_of(service: Service) -> tuple[str, ...]:
    """What the facility wants to see, in its own words."""
    return tuple(each.document for each in service.required_documents if each.document)


def with_documents(service: Service, names: tuple[str, ...]) -> Service:
    """Those that stay keep all that was known of them."""
    known = {each.document: each for each in service.required_documents}
    kept = tuple(known.get(name) or _document(service.id, name) for name in names)
    return msgspec.structs.replace(service, required_documents=kept)


def _document(service_id: str, name: str) -> RequiredDocument:
    return RequiredDocument(id=hsds.named_id(service_id, "document", name), service_id=service_id, document=name)


def _attribute(service_id: str, term: _Term, value: str, label: str | None) -> Attribute:
    name, description = _MEANING[term]
    term_id = hsds.named_id(TAXONOMY, term)
    return Attribute(
        id=hsds.named_id(service_id, term, value, label or ""),
        link_id=service_id,
        link_entity="service",
        taxonomy_term_id=term_id,
        value=value,
        label=label,
        taxonomy_term=TaxonomyTerm(id=term_id, code=term, name=name, description=description, taxonomy=TAXONOMY),
    )


def _code(attribute: Attribute) -> _Term | None:
    term = attribute.taxonomy_term
    if term is None or term.taxonomy != TAXONOMY or term.code not in set(_Term):
        return None
    return _Term(term.code)


def _values(service: Service, term: _Term) -> list[tuple[str, str]]:
    return [(each.value, each.label or "") for each in service.attributes if _code(each) is term and each.value]


def _texts(service: Service, term: _Term) -> tuple[str, ...]:
    return tuple(value for value, _ in _values(service, term))
