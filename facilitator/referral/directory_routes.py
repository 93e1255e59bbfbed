"""The directory of facilities: a list, a page for each, and files in and out. For the staff who lead cases."""

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from facilitator.config import settings
from facilitator.infra import clock, db, offload, outbox
from facilitator.infra.refusal import Refused
from facilitator.people import identity
from facilitator.people import service as people
from facilitator.referral import directory, facilities, hsds_files, lines, offers, service, simulate
from facilitator.referral.arrangement import Channel, Clocks
from facilitator.referral.channels import addresses
from facilitator.referral.directory import Details, Reach
from facilitator.referral.directory_forms import read_details, read_reach
from facilitator.referral.offers import MoudPolicy, Offer, Setting
from facilitator.referral.tables import Facility
from facilitator.referral.typed import Form, Known

blueprint = Blueprint("directory", __name__)

SETTING_LABELS = {
    Setting.OUTPATIENT: "Outpatient",
    Setting.INTENSIVE_OUTPATIENT: "Intensive outpatient",
    Setting.PARTIAL_HOSPITALIZATION: "Partial hospitalization",
    Setting.RESIDENTIAL: "Residential",
    Setting.HOSPITAL_INPATIENT: "Hospital inpatient",
    Setting.OUTPATIENT_DETOX: "Detoxification, outpatient",
    Setting.RESIDENTIAL_DETOX: "Detoxification, residential",
    Setting.HOSPITAL_DETOX: "Detoxification, hospital",
    Setting.OPIOID_TREATMENT_PROGRAM: "Opioid treatment program",
}
MOUD_LABELS = {
    MoudPolicy.OFFERED: "Offers medication",
    MoudPolicy.CONTINUED: "Continues medication, begins none",
    MoudPolicy.NOT_OFFERED: "Offers no medication",
}
CHANNEL_LABELS = {
    Channel.WEBHOOK: "Its system takes signed messages (webhook)",
    Channel.FHIR: "Its system is a FHIR R4 server",
    Channel.LINK: "No system: a link to a page, by e-mail or text",
}
NOBODY = Details("", "", "", "", "", "", Offer(), ())

Answer = AnyResponse | str | tuple[str, int]


class Line(msgspec.Struct, frozen=True):
    """One facility in the list."""

    id: str
    name: str
    phone: str
    settings: tuple[str, ...]
    moud: str
    tested: bool
    reachable: bool


@blueprint.before_request
def only_for_those_who_lead() -> AnyResponse | None:
    """Professionals of any case, and admins."""
    member = identity.staff()
    if member is None:
        if request.method == "GET":
            return redirect(f"/sign-in?next={request.path}")
        raise Refused("not_signed_in", "Please sign in first.")
    with db.reading() as tx:
        if not member.is_admin and not people.leads_any(tx, member.account_id):
            raise Refused("not_allowed", "The directory is for the professionals of the practice.")
    return None


@blueprint.get("/facilities")
def list_page() -> str:
    with db.reading() as tx:
        found = [_line(row) for row in directory.everything(tx)]
    return render_template("referral/directory.html", facilities=found)


@blueprint.get("/facilities/new")
def new_page() -> str:
    return _new_page()


@blueprint.post("/facilities/new")
def create() -> Answer:
    try:
        said = read_details(_form())
        with db.writing() as tx:
            facility_id = directory.create(tx, said, lines.new_secret())
    except Refused as refused:
        return _new_page(refused.message), refused.status
    return redirect(f"/facilities/{facility_id}", code=303)


@blueprint.get("/facilities/<facility_id>")
def facility_page(facility_id: str) -> str:
    with db.reading() as tx:
        return _page(tx, facility_id)


@blueprint.post("/facilities/<facility_id>")
def describe(facility_id: str) -> Answer:
    try:
        said = read_details(_form())
        with db.writing() as tx:
            directory.describe(tx, facility_id, said)
            service.review_open(tx, clock.now(), facility_id)
    except Refused as refused:
        return _refused_on_page(facility_id, refused, "details")
    return redirect(f"/facilities/{facility_id}?saved=details", code=303)


@blueprint.post("/facilities/<facility_id>/line")
def set_reach(facility_id: str) -> Answer:
    try:
        wanted = read_reach(_form())
        _check_address(facility_id, wanted)
        with db.writing() as tx:
            directory.set_reach(tx, facility_id, wanted)
            service.review_open(tx, clock.now(), facility_id)
    except Refused as refused:
        return _refused_on_page(facility_id, refused, "line")
    return redirect(f"/facilities/{facility_id}?saved=line#line", code=303)


@blueprint.post("/facilities/<facility_id>/secret")
def new_secret(facility_id: str) -> str:
    """Shown once: afterwards it is only kept sealed."""
    with db.writing() as tx:
        secret = lines.rotate(tx, facility_id, clock.now())
    with db.reading() as tx:
        return _page(tx, facility_id, secret=secret)


@blueprint.post("/facilities/<facility_id>/test")
def send_test(facility_id: str) -> AnyResponse:
    with db.writing() as tx:
        simulate.begin(tx, facility_id, clock.now())
    outbox.poke()
    return redirect(f"/facilities/{facility_id}/tests", code=303)


@blueprint.get("/facilities/<facility_id>/tests")
def tests_page(facility_id: str) -> str:
    with db.reading() as tx:
        card = facilities.card(tx, facility_id)
        tests = simulate.latest(tx, facility_id)
    return render_template("referral/line_tests.html", facility=card, tests=tests)


@blueprint.get("/facilities/import")
def import_page() -> str:
    return render_template("referral/import.html")


@blueprint.post("/facilities/import")
def take_file() -> Answer:
    try:
        text = _sent_file()
        # Reading thousands of records takes long enough for others to notice.
        services = offload.run(hsds_files.read, text)
        with db.writing() as tx:
            taken = directory.take(tx, services, lines.new_secret)
            service.review_open(tx, clock.now())
    except Refused as refused:
        return render_template("referral/import.html", error=refused.message), refused.status
    return render_template("referral/import.html", taken=taken)


@blueprint.get("/facilities/export")
def export() -> Response:
    with db.reading() as tx:
        text = hsds_files.write(directory.export(tx))
    named = {"Content-Disposition": 'attachment; filename="facilities-hsds-3.0.1.json"'}
    return Response(text, mimetype="application/json", headers=named)


def _sent_file() -> bytes:
    sent = request.files.get("file")
    if sent is None:
        raise Refused("malformed", "Choose a file first.")
    with sent.stream:
        return sent.stream.read()


def _line(row: Facility) -> Line:
    offer = offers.offer_of(facilities.listing_of(row))
    return Line(
        id=row.id,
        name=f"{row.organization}, {row.service}",
        phone=row.phone,
        settings=tuple(SETTING_LABELS[each] for each in offer.settings),
        moud=MOUD_LABELS[offer.moud] if offer.moud else "Medication: nobody has asked",
        tested=row.tested_at is not None,
        reachable=bool(row.endpoint) or row.channel == Channel.LINK,
    )


def _page(tx: Session, facility_id: str, secret: str = "", error: str = "", part: str = "") -> str:
    return render_template(
        "referral/facility_edit.html",
        facility=facilities.card(tx, facility_id),
        said=directory.details(tx, facility_id),
        reach=directory.reach(tx, facility_id),
        gone=lines.line(tx, facility_id, clock.now()).gone,
        tests=simulate.latest(tx, facility_id),
        secret=secret,
        error=error,
        part=part,
        saved=request.args.get("saved", ""),
        typed=request.form if error else None,
        **_labels(),
    )


def _new_page(error: str = "") -> str:
    typed = request.form if error else None
    return render_template("referral/facility_new.html", said=NOBODY, error=error, typed=typed, **_labels())


def _labels() -> dict[str, object]:
    return {"settings": SETTING_LABELS, "moud": MOUD_LABELS, "channels": CHANNEL_LABELS, "clocks": Clocks()}


def _refused_on_page(facility_id: str, refused: Refused, part: str) -> Answer:
    if refused.status == 404:
        raise refused
    with db.reading() as tx:
        return _page(tx, facility_id, error=refused.message, part=part), refused.status


def _form() -> Form:
    return Form(request.form.to_dict(flat=False), Known(clock.now()))


def _check_address(facility_id: str, wanted: Reach) -> None:
    """Where it may not be is said now, not on the day. Looking up a name takes time, so it is done beside."""
    with db.reading() as tx:
        if not wanted.endpoint or wanted.endpoint == directory.reach(tx, facility_id).endpoint:
            return
    try:
        offload.run(addresses.resolve, wanted.endpoint, not settings().https)
    except Refused as refused:
        raise Refused("malformed", refused.message) from refused
    except (OSError, UnicodeError) as unknown:
        raise Refused("malformed", "No such address was found. Check the spelling, then save again.") from unknown
