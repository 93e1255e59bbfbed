"""Where a facility's system may be: on the public internet by https, or on this very machine."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit, urlunsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter

from facilitator.infra.refusal import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Target(msgspec.Struct, frozen=True):
    """A checked address. `url` names it by number: a name server cannot change its mind before we connect."""

    url: str
    host: str

    def session(self) -> requests.Session:
        """Connects there and nowhere else: no proxy, and the certificate must be for the name."""
        session = requests.Session()
        session.trust_env = False
        session.headers["Host"] = self.host
        session.mount("https://", _Named(_bare(self.host)))
        return session


class _Named(HTTPAdapter):
    """Asks for, and insists on, the certificate of a name while connecting to a number."""

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__()

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        kwargs |= {"server_hostname": self._name, "assert_hostname": self._name}
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]


def resolve(url: str, loopback_allowed: bool) -> Target:
    """Raises Refused not_allowed for a forbidden place, OSError when the name cannot be looked up right now."""
    parts = _parts(url)
    found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    for address in addresses:
        _permit(address, parts.scheme, loopback_allowed)
    return Target(_by_number(parts, addresses[0]), parts.netloc.rpartition("@")[2])


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        readable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError as wrong:
        raise Refused("not_allowed", "A facility's address must be a web address.") from wrong
    if not readable:
        raise Refused("not_allowed", "A facility's address must begin with https://.")
    return parts


def _permit(address: Address, scheme: str, loopback_allowed: bool) -> None:
    if address.is_loopback and loopback_allowed:
        return
    if not address.is_global or address.is_multicast:
        raise Refused("not_allowed", "A facility's address must not lie inside a private network.")
    if scheme != "https":
        raise Refused("not_allowed", "A facility's address must begin with https://.")


def _by_number(parts: SplitResult, address: Address) -> str:
    number = f"[{address}]" if address.version == 6 else str(address)
    place = f"{number}:{parts.port}" if parts.port else number
    return urlunsplit((parts.scheme, place, parts.path, parts.query, ""))


def _bare(host: str) -> str:
    return urlsplit(f"//{host}").hostname or host
