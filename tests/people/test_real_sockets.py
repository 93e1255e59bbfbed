"""The same rules on a running server: a seat that moves, a link that is taken back, a page that is not ours."""

import time
from collections.abc import Callable

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as NotConnected

from tests.clusters import Cluster
from tests.journeys.clients import NAMESPACE, Client
from tests.journeys.family import a_family
from tests.servers import Server

SOON_S = 1.0


@pytest.fixture(params=["one worker", "three workers"])
def server(request: pytest.FixtureRequest, running_server: Callable[..., Server]) -> Server | Cluster:
    if request.param == "three workers":
        cluster: Cluster = request.getfixturevalue("cluster")
        return cluster
    return running_server("eventlet", "sqlite")


def test_a_seat_that_moves_takes_its_socket_along_within_a_second(server: Server | Cluster):
    with a_family(server) as family:
        old_phone, seeded = family.team[0], family.seeded["people"]
        token = next(person["token"] for person in seeded if person["id"] == old_phone.person)
        old_phone.connect(family.live)
        begun_s = time.monotonic()
        new_phone = Client(server.base_url, "new phone").join(token)
        assert old_phone.wait_gone() == "moved"
        assert time.monotonic() - begun_s < SOON_S
        assert new_phone.connect(family.live).person == old_phone.person
        with pytest.raises(NotConnected):
            Client.connect(_same_cookies(old_phone), family.live)
        new_phone.close()


def test_a_revoked_link_closes_every_socket_of_that_person_within_a_second(server: Server | Cluster):
    with a_family(server) as family:
        phone = family.team[0].connect(family.live)
        token = next(person["token"] for person in family.seeded["people"] if person["id"] == phone.person)
        by_bare_link = Client(server.base_url, "bare link").connect(family.live, token=token)
        begun_s = time.monotonic()
        headers = {"X-CSRF-Token": family.console.csrf()}
        link = f"{server.base_url}/people/{phone.person}/invitation"
        revoked = family.console.http.delete(link, headers=headers)
        assert revoked.status_code == 200
        assert [phone.wait_gone(), by_bare_link.wait_gone()] == ["revoked", "revoked"]
        assert time.monotonic() - begun_s < SOON_S
        with pytest.raises(NotConnected):
            Client(server.base_url, "again").connect(family.live, token=token)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_foreign_page_gets_no_socket_even_with_our_cookie(server: Server | Cluster, transport: str):
    with a_family(server) as family:
        session = requests.Session()
        session.cookies.update(family.team[0].http.cookies)
        view = session.get(f"{server.base_url}/rooms/{family.live}/view", timeout=10).json()

        def open_from(origin: str) -> None:
            by_websocket = transport == "websocket"
            client = socketio.Client(
                http_session=session,
                reconnection=False,
                websocket_extra_options={"origin": origin} if by_websocket else {},
            )
            client.connect(
                server.base_url,
                headers={} if by_websocket else {"Origin": origin},
                auth={"room": family.live},
                namespaces=[NAMESPACE],
                socketio_path=view["socket_path"],
                transports=[transport],
            )
            client.disconnect()

        open_from(server.base_url)
        with pytest.raises(NotConnected):
            open_from("https://evil.test")


def _same_cookies(client: Client) -> Client:
    again = Client(client.base_url, client.name)
    again.http.cookies.update(client.http.cookies)
    return again
