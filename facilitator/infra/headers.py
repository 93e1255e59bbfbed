"""The outermost layer: what every single answer tells browsers, and whose sockets are turned away at the door."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from facilitator.config import Settings
from facilitator.infra import logs
from facilitator.infra.refusal import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUILT = "/static/dist/"
SOCKETS = "/socket.io"

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?)(:\d{1,5})?")
_OFF = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "midi",
    "payment",
    "serial",
    "usb",
)
_FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(["microphone=(self)", *(f"{feature}=()" for feature in _OFF)])),
)
_HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_KEPT = ("Cache-Control", "public, max-age=31536000, immutable")
_NOT_KEPT = ("Cache-Control", "no-store")
_MANIFEST = "manifest.json"
_FOREIGN = Refused("foreign_origin", "Another site asked for this. Open the meeting's own page.").answer()
_BAD_HOST = Refused("malformed", "The Host header names no host.").answer()
_BROKEN = Refused("internal", "Something went wrong here. Please try again.").answer()

Headers = list[tuple[str, str]]
Answer = dict[str, object]


class SecurityHeaders:
    """Wraps the whole application, sockets included, so that no answer can leave without its headers."""

    def __init__(self, inner: "WSGIApplication", config: Settings) -> None:
        self._inner = inner
        self._https = config.https
        self._own_origin = config.public_url

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started = False

        def start(status: str, headers: Headers, *exc_info: Any) -> Any:
            nonlocal started
            started = True
            return start_response(status, self._dressed(environ, status, headers), *exc_info)

        refusal = self._refusal(environ)
        if refusal is not None:
            return _say(start, *refusal)
        try:
            return self._inner(environ, start)
        except Exception:
            if started:
                raise
            logs.get(__name__).exception("unhandled")
            return _say(start, "500 Internal Server Error", _BROKEN)

    def _refusal(self, environ: "WSGIEnvironment") -> tuple[str, Answer] | None:
        """Whom not even the application should see."""
        host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
        if host and not _HOST.fullmatch(host):
            return "400 Bad Request", _BAD_HOST
        foreign = origin is not None and not is_own_origin(origin, host, self._own_origin)
        return ("403 Forbidden", _FOREIGN) if foreign and _is_socket(environ) else None

    def _dressed(self, environ: "WSGIEnvironment", status: str, headers: Headers) -> Headers:
        own = [
            ("Content-Security-Policy", self._policy(environ.get("HTTP_HOST", ""))),
            *_FIXED,
            _KEPT if _is_built(environ) and status.startswith(("200", "206", "304")) else _NOT_KEPT,
            *([_HSTS] if self._https else []),
        ]
        ours = {name.lower() for name, _ in own}
        return [(name, value) for name, value in headers if name.lower() not in ours] + own

    def _policy(self, host: str) -> str:
        """Older Safari does not count a socket to the same host as 'self', so it is named."""
        sockets = f" {'wss' if self._https else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
        return (
            f"default-src 'self'; connect-src 'self'{sockets}; img-src 'self' data:; object-src 'none'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
            "require-trusted-types-for 'script'; trusted-types lit-html"
        )


def is_own_origin(origin: str, host: str, public_url: str) -> bool:
    """Whether an Origin header names this server, by the host it was asked for or by its public address."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return origin == public_url or (parts.scheme in ("http", "https") and parts.netloc == host != "")


def _is_socket(environ: "WSGIEnvironment") -> bool:
    """Behind a proxy each worker has a path of its own, e.g. /w/2/socket.io."""
    return SOCKETS in environ.get("PATH_INFO", "")


def _is_built(environ: "WSGIEnvironment") -> bool:
    """Built files carry a hash in their names, so that a browser may keep them; their list does not."""
    path = environ.get("PATH_INFO", "")
    return path.startswith(BUILT) and not path.endswith(_MANIFEST)


def _say(start: Any, status: str, answer: Answer) -> Iterable[bytes]:
    body = msgspec.json.encode(answer)
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
