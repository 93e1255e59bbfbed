"""Encrypted connections are made to a number, and still only to whoever can prove the name."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from facilitator.referral.channels import addresses


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For the name "localhost" alone, not for any number."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "facility.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Hello)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


class _Hello(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(204)
        self.send_header("X-Asked-For", self.headers["Host"])
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def test_the_certificate_must_be_for_the_name_though_we_connect_to_a_number(port: int, certificate: Path) -> None:
    target = addresses.resolve(f"https://localhost:{port}/hook", loopback_allowed=True)
    assert "localhost" not in target.url, "premise: the connection goes to a number"
    with target.session() as session:
        answer = session.post(target.url, data=b"{}", verify=str(certificate), timeout=5)
    assert (answer.status_code, answer.headers["X-Asked-For"]) == (204, f"localhost:{port}")


def test_a_certificate_for_another_name_is_refused(port: int, certificate: Path) -> None:
    target = addresses.resolve(f"https://127.0.0.1:{port}/hook", loopback_allowed=True)
    with target.session() as session, pytest.raises(requests.exceptions.SSLError):
        session.post(target.url, data=b"{}", verify=str(certificate), timeout=5)


def test_a_certificate_that_nobody_vouches_for_is_refused(port: int) -> None:
    target = addresses.resolve(f"https://localhost:{port}/hook", loopback_allowed=True)
    with target.session() as session, pytest.raises(requests.exceptions.SSLError):
        session.post(target.url, data=b"{}", timeout=5)
