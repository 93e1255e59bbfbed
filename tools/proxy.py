"""Writes the proxy's configuration, deploy/nginx.conf filled in, to standard output.

Uses the standard library only, so that it also runs on a host that has nothing but the proxy.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"
ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5}")


@dataclass(frozen=True)
class Proxy:
    """`workers` are host:port, the first one being worker 1. Without `certificate` it speaks plain http."""

    workers: Sequence[str]
    name: str = "_"
    listen: str = "443"
    certificate: str = ""
    key: str = ""
    run: str = "/run"
    logs: str = "/var/log/nginx"
    temp: str = "/var/lib/nginx"
    user: str = "www-data"


def written(proxy: Proxy) -> str:
    """The whole nginx.conf."""
    numbers = range(1, len(proxy.workers) + 1)
    parts = {
        "USER": f"user {proxy.user};",
        "RUN": proxy.run,
        "LOGS": proxy.logs,
        "TEMP": proxy.temp,
        "ANY": _indented(8, [f"server {worker} max_fails=1 fail_timeout=3s;" for worker in proxy.workers]),
        "ONE": _indented(8, [f"server {worker} max_fails=0;" for worker in proxy.workers]),
        "OWN": "\n".join(_upstream(number, proxy.workers) for number in numbers),
        "REDIRECT": _redirect(proxy) if proxy.certificate else "",
        "LISTEN": _indented(8, _listen(proxy)),
        "NAME": proxy.name,
        "SOCKETS": "\n\n".join(_sockets(number) for number in numbers),
    }
    return re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], TEMPLATE.read_text())


def _upstream(number: int, workers: Sequence[str]) -> str:
    own = f"server {workers[number - 1]} max_fails=0;"
    others = [f"server {worker} backup;" for at, worker in enumerate(workers, start=1) if at != number]
    return _indented(4, [f"upstream worker_{number} {{", *(f"    {line}" for line in (own, *others)), "}"])


def _sockets(number: int) -> str:
    lines = [
        f"location /w/{number}/socket.io/ {{",
        "    proxy_buffering off;",
        "    proxy_read_timeout 15s;",
        f"    proxy_pass http://worker_{number}/socket.io/;",
        "}",
    ]
    return _indented(8, lines)


def _listen(proxy: Proxy) -> list[str]:
    if not proxy.certificate:
        return [f"listen {proxy.listen} backlog=4096;"]
    return [
        f"listen {proxy.listen} ssl http2 backlog=4096;",
        f"ssl_certificate {proxy.certificate};",
        f"ssl_certificate_key {proxy.key};",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "ssl_session_cache shared:sessions:10m;",
        "ssl_session_timeout 1d;",
        "ssl_session_tickets off;",
    ]


def _redirect(proxy: Proxy) -> str:
    lines = [
        "server {",
        "    listen 80;",
        f"    server_name {proxy.name};",
        "    access_log off;",
        "    return 301 https://$host$request_uri;",
        "}",
        "",
    ]
    return _indented(4, lines)


def _indented(by: int, lines: Sequence[str]) -> str:
    return "\n".join(" " * by + line if line else "" for line in lines)


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not host:port")
    return text


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tools.proxy", description="Write nginx.conf.")
    parser.add_argument("--name", required=True, help="the name in your links, e.g. meet.example.org")
    parser.add_argument("--certificate", required=True, help="file with the certificate and its chain")
    parser.add_argument("--key", required=True, help="file with its key")
    parser.add_argument(
        "--worker",
        dest="workers",
        action="append",
        required=True,
        type=_address,
        metavar="HOST:PORT",
        help="once for each worker, in the order of their numbers",
    )
    sys.stdout.write(written(Proxy(**vars(parser.parse_args(arguments)))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
