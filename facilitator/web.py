"""What holds for every request: settings of the framework, request ids, logs, refusals and error pages."""

import json
import re
import time
from functools import cache
from pathlib import Path

from flask import Flask, Response, g, jsonify, render_template, request
from sqlalchemy.exc import OperationalError
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from facilitator.config import ROOT, Settings
from facilitator.infra import db, health, ids, logs
from facilitator.infra.refusal import Refused
from facilitator.people.sign_ins import SEAT_LIFETIME

BODY_BYTES = 64 * 1024
FILE_BYTES = 8 * 1024 * 1024
BUSY_RETRY_S = 5

_log = logs.get(__name__)
_MANIFEST = ROOT / "static" / "dist" / "manifest.json"
_DATA_PATH = re.compile(r"^/api/|^/(health|ready)z$|/(commands|view|invitation)$")


_HTTP = {
    400: ("malformed", "This could not be read. Check what was sent."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that kind of request."),
    413: ("too_large", f"At most {BODY_BYTES // 1024} KiB can be sent at once."),
    415: ("malformed", "Send JSON, with Content-Type application/json."),
}
"""For programs. What people read is the error page's own."""

_TAKES_FILES = frozenset({"directory.take_file"})
"""Where a whole file may come in; everywhere else a body is small."""

_UNTOLD = frozenset({"static", "health.healthz", "referral.handoff_news"})
"""Asked so often, and so alike, that a line of the log for each would hide the others."""

_PAGES = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})


def prepare(app: Flask, config: Settings, cookie_key: bytes) -> None:
    """Settings, hooks, error handlers and health checks. Comes before any feature."""
    logs.prepare(config.log_level)
    app.config.from_mapping(
        SECRET_KEY=cookie_key,
        TESTING=config.testing,
        PUBLIC_URL=config.public_url,
        SESSION_COOKIE_NAME="__Host-session" if config.https else "facilitator_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=SEAT_LIFETIME,
        # Sent only when changed: a slow answer to one tab must not undo the seat that another tab has just taken.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES,
    )
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies
        )
    app.jinja_env.globals["asset"] = asset
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(lambda _: clear_contextvars())
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(db.Busy, _busy)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)
    app.register_blueprint(health.blueprint)
    app.add_url_rule("/emergency", "emergency", _emergency)


def asset(name: str) -> str:
    """Where the built file of this name is, e.g. asset("app.css")."""
    changed_at_ns = _MANIFEST.stat().st_mtime_ns if _MANIFEST.exists() else 0
    return f"/static/dist/{_built(_MANIFEST, changed_at_ns).get(name, name)}"


def wants_data() -> bool:
    """Whether this request is a program's, to be answered in JSON, and not a person's who reads pages."""
    if request.is_json or _DATA_PATH.search(request.path):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


@cache
def _built(manifest: Path, changed_at_ns: int) -> dict[str, str]:
    """Empty before the first build: pages then come without their looks, but they come."""
    if not changed_at_ns:
        return {}
    names: dict[str, str] = json.loads(manifest.read_text())
    return names


def _emergency() -> str:
    """What to do when someone may have overdosed. Open to everybody, and the same for everybody."""
    return render_template("emergency.html", account=None)


def _begin() -> None:
    g.request_id = ids.new_id()
    g.begun_at_s = time.perf_counter()
    bind_contextvars(request_id=g.request_id)
    if request.endpoint in _TAKES_FILES:
        request.max_content_length = FILE_BYTES
    # PostgreSQL cannot even be asked for text with a NUL in it, so such an address names nothing.
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise NotFound


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if request.endpoint not in _UNTOLD:
        _log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            duration_ms=round((time.perf_counter() - g.begun_at_s) * 1000, 1),
        )
    return response


def _refused(refusal: Refused) -> Response:
    return _answer(refusal.status, refusal.code, refusal.message, refusal.message, refusal.retry_after_s)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code, message = _HTTP.get(status, ("http_error", error.description or error.name))
    response = _answer(status, code, message, plain=None)
    response.headers.extend([pair for pair in error.get_headers() if pair[0] in ("Allow", "Retry-After")])
    return response


def _busy(error: Exception) -> Response:
    _log.error("the database could not save", exc_info=error)
    message = "This was not saved. Please try again in a few seconds."
    return _answer(503, "not_saved", message, plain=None, retry_after_s=BUSY_RETRY_S)


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected", exc_info=error)
    return _answer(500, "internal", "Something went wrong on our side. Please try again.", plain=None)


def _answer(status: int, code: str, message: str, plain: str | None, retry_after_s: int | None = None) -> Response:
    """`message` is for programs, `plain` what the error page says in place of its own words for this status."""
    if wants_data():
        response = jsonify(Refused(code, message).answer())
    else:
        response = Response(_error_page(status, plain, retry_after_s), mimetype="text/html")
    response.status_code = status
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _error_page(status: int, message: str | None, retry_after_s: int | None) -> str:
    """Asks the database nothing, because that may be what went wrong: so nobody's name is on it."""
    return render_template(
        "errors/error.html",
        status=status if status in _PAGES else (500 if status >= 500 else 400),
        message=message,
        retry_after_s=retry_after_s,
        request_id=g.request_id,
        account=None,
    )
