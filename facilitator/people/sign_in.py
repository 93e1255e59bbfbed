"""Signing staff in and out, and what guards every request that changes something."""

from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, validate_csrf
from sqlalchemy import or_, update
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy
from wtforms import ValidationError

from facilitator.infra import broadcast, clock, crypto, db
from facilitator.infra.headers import is_own_origin
from facilitator.infra.ids import AccountId, PersonId, SignInId
from facilitator.infra.limits import FailureLimit, TryLimit, neighbourhood
from facilitator.infra.refusal import Refused
from facilitator.people import identity, passwords, sign_ins
from facilitator.people.asked import Credentials
from facilitator.people.service import account_by_email
from facilitator.people.sign_ins import AtWork, Why
from facilitator.people.tables import Account

CSRF_COOKIE = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

csrf = CSRFProtect()
"""`@csrf.exempt` is for views that check a signature of their own."""

_LIMITS = "people_limits"
_NEWCOMERS = frozenset({"people.api_sign_in", "people.api_look", "people.api_join"})
"""Without a cookie there is nothing that another site could misuse: they may be asked in JSON without a token."""
_WRONG = (
    "The e-mail, the password or the code is not right. "
    "If your account uses an authenticator app, type the code that it shows now."
)
_FOREIGN = "This came from another site. Open the page here and try again."
_NO_TOKEN = "This page was open for too long. Reload it and try again."  # noqa: S105 - a sentence


@dataclass(frozen=True)
class Limits:
    """One set an application. `codes` counts every try, the others only failures."""

    failures_by_account: FailureLimit = field(default_factory=lambda: FailureLimit("sign_in_account", 10, 15 * 60))
    failures_by_address: FailureLimit = field(default_factory=lambda: FailureLimit("sign_in_address", 30, 15 * 60))
    codes: TryLimit = field(default_factory=lambda: TryLimit("codes", 10, 60))


def prepare(app: Flask) -> None:
    """Flask-Login on our own sign-in rows, CSRF checks, limits."""
    passwords.prepare()
    login = LoginManager()
    login.session_protection = None  # bound to a row that can be revoked; phones change their address all the time
    login.init_app(app, add_context_processor=False)
    login.user_loader(identity.load_staff)
    # The referrer is never sent (see headers), and Sec-Fetch-Site and Origin say more.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=None)
    csrf.init_app(app)
    app.extensions[_LIMITS] = Limits()
    app.before_request(_guard)
    app.after_request(_hand_out_token)
    # Looked up only where a template asks for it: an error page must not need the database.
    app.context_processor(lambda: {"account": LocalProxy(identity.staff)})


def limits() -> Limits:
    found: Limits = current_app.extensions[_LIMITS]
    return found


def sign_in(given: Credentials) -> None:
    """Let a member of staff in. Raises Refused wrong_credentials, whichever part was wrong, or rate_limited."""
    address = neighbourhood(request.remote_addr)
    who = crypto.lookup(given.email.strip().casefold())
    limits().failures_by_address.take(address)
    limits().failures_by_account.take(who)
    account, step = _checked(given)
    with db.writing() as tx:
        if account.totp_secret is not None and not _spend(tx, account, step):
            raise Refused("wrong_credentials", _WRONG)
        opened = sign_ins.open_staff(tx, AccountId(account.id), session.get("_user_id"))
    limits().failures_by_address.give_back(address)
    limits().failures_by_account.forget(who)
    known = AtWork(opened.id, AccountId(account.id), account.name, account.is_admin, clock.now())
    login_user(identity.Staff(opened.secret, known))
    session.permanent = True
    close_sockets(opened.ended, Why.SIGNED_OUT)


def sign_out(seat: PersonId | None) -> None:
    """Sign out whoever asks: the named seat, else the member of staff, else every seat of this browser."""
    member = identity.staff()
    with db.writing() as tx:
        if member is not None and seat is None:
            ended = sign_ins.end(tx, [member.sign_in_id], Why.SIGNED_OUT)
        else:
            held = [sign_ins.live(tx, secret) for _, secret in identity.give_up_seats(seat)]
            ended = sign_ins.end(tx, [SignInId(row.id) for row in held if row is not None], Why.SIGNED_OUT)
    if member is not None and seat is None:
        logout_user()
    close_sockets(ended, Why.SIGNED_OUT)


def close_sockets(ended: tuple[SignInId, ...], why: Why) -> None:
    """After the commit, so that whoever reconnects at once is refused."""
    for sign_in_id in ended:
        broadcast.disconnect(sign_in=sign_in_id, code=why)


def _checked(given: Credentials) -> tuple[Account, int | None]:
    """The account, and the step of the code given. It takes as long when there is no such account."""
    with db.reading() as tx:
        account = account_by_email(tx, given.email)
    right = passwords.matches(given.password, None if account is None else account.password_hash)
    if account is None or not right or account.disabled_at is not None:
        raise Refused("wrong_credentials", _WRONG)
    if account.totp_secret is None:
        return account, None
    secret = crypto.unseal(account.totp_secret, f"accounts:{account.id}:totp_secret")
    return account, passwords.totp_step(secret, "".join((given.totp or "").split()), clock.now())


def _spend(tx: Session, account: Account, step: int | None) -> bool:
    """A code lets in once. The condition is in the statement, so that of two at the same moment one comes in."""
    if step is None:
        return False
    spent = tx.execute(
        update(Account)
        .where(Account.id == account.id)
        .where(or_(Account.totp_last_step.is_(None), Account.totp_last_step < step))
        .values(totp_last_step=step)
        .returning(Account.id)
    )
    return spent.first() is not None


def _guard() -> None:
    """Nothing changes because some other site made this browser ask for it."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site == "cross-site" or _is_foreign(request.headers.get("Origin")):
        raise Refused("no_csrf", _FOREIGN)
    if site == "same-origin" or _is_newcomer():
        return
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError as missing:
        raise Refused("no_csrf", _NO_TOKEN) from missing


def _is_foreign(origin: str | None) -> bool:
    """Pages that send no referrer post their own forms with Origin "null", so that proves nothing either way."""
    if origin is None or origin == "null":
        return False
    return not is_own_origin(origin, request.host, current_app.config["PUBLIC_URL"])


def _is_newcomer() -> bool:
    has_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    return request.endpoint in _NEWCOMERS and request.is_json and not has_cookie


def _hand_out_token(response: Response) -> Response:
    """Scripts and programs read the token from a cookie of its own and send it back as X-CSRF-Token."""
    due = response.mimetype == "text/html" or session.modified or g.get("wants_csrf", False)
    if request.endpoint == "static" or not due or _fits(request.cookies.get(CSRF_COOKIE)):
        return response
    response.set_cookie(
        CSRF_COOKIE,
        generate_csrf(),
        max_age=sign_ins.SEAT_LIFETIME,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Strict",
    )
    return response


def _fits(token: str | None) -> bool:
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True
