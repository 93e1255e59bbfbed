"""What a practice copies from deploy/ is right: the proxy's configuration, the services, the settings."""

import configparser
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from facilitator.config import ROOT, Settings
from tests import processes, services
from tools import proxy

DEPLOY = ROOT / "deploy"
CSS = b"a { color: red }" * 1000


class Upstream:
    """Stands for a worker: answers with what it was sent."""

    def __init__(self, name: str, port: int = 0) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.let_go = Event()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                upstream.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = CSS if self.path.endswith(".css") else name.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/css" if self.path.endswith(".css") else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:1])
                if "hold" in self.path:
                    upstream.let_go.wait()
                self.wfile.write(body[1:])

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Upstream]]:
    made = [Upstream("one"), Upstream("two")]
    yield made
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def nginx(workers: list[Upstream]) -> Iterator[services.Nginx]:
    with services.nginx([each.address for each in workers]) as running:
        yield running


def test_each_worker_s_sockets_have_a_path_that_it_does_not_see(nginx: services.Nginx, workers: list[Upstream]):
    for number, name in ((1, "one"), (2, "two"), (1, "one")):
        answer = requests.get(f"{nginx.base_url}/w/{number}/socket.io/?EIO=4&token=secret", timeout=5)
        assert answer.text == name
        assert workers[number - 1].asked[-1][0] == "/socket.io/?EIO=4&token=secret"
    assert requests.get(f"{nginx.base_url}/w/3/socket.io/", timeout=5).text in ("one", "two")


def test_where_a_worker_is_away_the_next_one_answers():
    gone, there = f"127.0.0.1:{processes.free_port()}", Upstream("there")
    with services.nginx([gone, there.address]) as running:
        for path in ("/w/1/socket.io/", "/rooms/1/view", "/"):
            assert requests.get(running.base_url + path, timeout=5).text == "there"
        assert requests.post(f"{running.base_url}/rooms/1/commands", json={}, timeout=5).text == "there"
    there.close()


def test_a_worker_that_is_back_gets_all_its_sockets_at_once_though_the_first_one_lasts():
    port, there = processes.free_port(), Upstream("there")
    with services.nginx([f"127.0.0.1:{port}", there.address]) as running:
        for _ in range(8):  # every process of nginx has seen that it is away
            assert requests.get(f"{running.base_url}/w/1/socket.io/", timeout=5).text == "there"
        back = Upstream("back", port)
        held = [requests.get(f"{running.base_url}/w/1/socket.io/hold", stream=True, timeout=5) for _ in range(4)]
        answers = [requests.get(f"{running.base_url}/w/1/socket.io/", timeout=5).text for _ in range(8)]
        assert answers == ["back"] * 8
        for each in held:
            assert next(each.iter_content(1)) == b"b"
            each.close()
        back.close()
    there.close()


def test_workers_learn_who_asks_and_cannot_be_told_otherwise(nginx: services.Nginx, workers: list[Upstream]):
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"}
    requests.get(f"{nginx.base_url}/w/1/socket.io/", headers=forged, timeout=5)
    _, headers = workers[0].asked[-1]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["host"] == f"127.0.0.1:{nginx.port}"
    assert "x-forwarded-host" not in headers


def test_an_upgrade_is_passed_on_and_other_connections_are_kept(nginx: services.Nginx, workers: list[Upstream]):
    ask = {"Connection": "Upgrade", "Upgrade": "websocket"}
    requests.get(f"{nginx.base_url}/w/1/socket.io/", headers=ask, timeout=5)
    assert workers[0].asked[-1][1]["upgrade"] == "websocket"
    assert workers[0].asked[-1][1]["connection"] == "upgrade"
    requests.get(f"{nginx.base_url}/w/1/socket.io/", timeout=5)
    assert "upgrade" not in workers[0].asked[-1][1]


def test_bodies_are_as_long_as_the_product_takes_them(nginx: services.Nginx):
    def sent(path: str, kib: int) -> int:
        return requests.post(nginx.base_url + path, data=b"x" * kib * 1024, timeout=10).status_code

    assert sent("/rooms/1/commands", 100) == 200, "the product says in its own words that this is too long"
    assert sent("/rooms/1/commands", 200) == 413
    assert sent("/facilities/import", 7 * 1024) == 200
    assert sent("/facilities/import", 9 * 1024) == 413


def test_its_log_keeps_no_secret(nginx: services.Nginx):
    requests.get(f"{nginx.base_url}/referrals/signed-secret?more=secret", timeout=5)
    requests.post(f"{nginx.base_url}/api/join?x=secret", json={"token": "secret"}, timeout=5)
    requests.get(f"{nginx.base_url}/w/1/socket.io/?token=secret", timeout=5)
    log = (nginx.folder / "access.log").read_text()
    assert "GET /referrals/..." in log
    assert "POST /api/join 200" in log
    assert "secret" not in log


def test_what_is_built_is_compressed_and_what_carries_secrets_is_not(nginx: services.Nginx):
    ask = {"Accept-Encoding": "gzip"}
    assert requests.get(f"{nginx.base_url}/static/dist/app.css", headers=ask, timeout=5).headers.get(
        "Content-Encoding"
    )
    assert "Content-Encoding" not in requests.get(f"{nginx.base_url}/", headers=ask, timeout=5).headers


def test_nginx_takes_the_configuration_with_tls(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    certificate, key = _certificate(tmp_path)
    for workers in (["10.0.0.1:5001"], ["10.0.0.1:5001", "10.0.0.1:5002", "[fd00::2]:5003"]):
        asked = [f"--worker={worker}" for worker in workers]
        assert proxy.main(["--name=meet.example.org", f"--certificate={certificate}", f"--key={key}", *asked]) == 0
        config = tmp_path / "nginx.conf"
        written = capsys.readouterr().out
        config.write_text(written.replace("/run/", f"{tmp_path}/").replace("/var/l", f"{tmp_path}/l"))
        for folder in ("log/nginx", "lib/nginx"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        program = services.nginx_program()
        assert program is not None
        done = subprocess.run([program, "-t", "-c", str(config)], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "return 301 https://$host$request_uri" in written
        assert not re.search("@[A-Z]+@", written)


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        proxy.main(["--name=a", "--certificate=b", "--key=c", "--worker=5001; include /etc/passwd"])
    assert "is not host:port" in capsys.readouterr().err


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_starts_what_exists_and_is_told_of(unit: Path):
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit)
    started = read["Service"]["ExecStart"].split()
    assert "wsgi.py" in started or started[1:] == ["--app", "wsgi", "outbox", "run"]
    assert read["Service"]["EnvironmentFile"] == "/etc/facilitator.env"
    assert f"`{unit.name}`" in (DEPLOY / "README.md").read_text()


def test_the_settings_in_the_example_exist():
    lines = (DEPLOY / "facilitator.env").read_text().splitlines()
    named = {line.split("=")[0].lower() for line in lines if line and not line.startswith("#")}
    assert {"base_url", "database_url", "redis_url", "trusted_proxies"} <= named <= set(Settings.model_fields)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "meet.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, key_file
