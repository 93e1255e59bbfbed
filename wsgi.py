"""Server start-up: the only file that knows which server runs the product.

`python wsgi.py` serves. `flask --app wsgi ...` finds `create_app` here and serves nothing.
"""

if __name__ == "__main__":
    # First of all, before anything opens a socket or makes a lock.
    import os

    if os.environ.get("ASYNC_MODE", "eventlet") == "eventlet":
        import eventlet

        eventlet.monkey_patch()

import gc
import resource
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from facilitator import create_app, language
from facilitator.config import Settings, settings
from facilitator.infra import aside, leases, logs, notices, offload, outbox, selftest, supervise
from facilitator.room import company, live, sockets, watch

LOG = logs.get("wsgi")

BACKLOG = 1024
MAX_CONNECTIONS = 20_000
DRAIN_S = 5.0
REPLACED = 3
"""Exit status of a worker whose number another process has taken: it must not be started again by itself."""
REQUEST_TIMEOUT_S = 30.0
"""Whoever sends no byte of a request, and reads none of its answer, for so long is let go."""

Serve = Callable[[Flask, Settings, threading.Event], None]


def main() -> int:
    """Serve until SIGTERM or SIGINT. The answer is the exit status."""
    config = settings()
    app = create_app(config, config.async_mode)
    try:
        selftest.check()
    except selftest.Unfit as unfit:
        print(f"Not started. {unfit}", file=sys.stderr)  # noqa: T201 - said to whoever starts it
        return 1
    _allow_many_connections()
    stop, replaced = threading.Event(), threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    stop_dispatcher = _see_that_messages_leave()
    threading.Thread(target=watch.run, args=(stop,), daemon=True).start()
    notices.start(company.post(), stop)
    work_elsewhere(config.async_mode)
    threading.Thread(target=_read_weights, daemon=True).start()
    _calm_garbage_collection()
    try:
        with leases.held(stop, replaced):
            SERVERS[config.async_mode](app, config, stop)
    finally:
        stop.set()
        live.drain(DRAIN_S)
        stop_dispatcher()
        LOG.info("stopped")
    return REPLACED if replaced.is_set() else 0


def _read_weights() -> None:
    """Now, and not at the first word that somebody says."""
    for each in language.Language:
        offload.compute(language.read, language.Speech("", "", (), each))


def _see_that_messages_leave() -> Callable[[], None]:
    """A sole server keeps a dispatcher of its own; several share what runs beside them, and wake it."""
    if leases.is_sole():
        return supervise.start_dispatcher()
    outbox.on_poke(lambda: notices.tell(notices.Kind.OUTBOX, ""))
    return lambda: outbox.on_poke(None)


def _serve_eventlet(app: Flask, config: Settings, stop: threading.Event) -> None:
    from eventlet import wsgi

    from facilitator.infra import transport

    fast = config.realtime_transport == "fast"
    server, hot = app.extensions["socketio"].server, app.extensions["hot_events"]
    accepted = app.extensions["accepted"]
    lane = transport.install(server, sockets.NAMESPACE, hot, accepted) if fast else None
    listener = eventlet.listen((config.host, config.port), backlog=BACKLOG, reuse_port=False)
    serving = eventlet.spawn(
        wsgi.server,
        listener,
        _without_compression(app),
        max_size=MAX_CONNECTIONS,
        log_output=False,
        socket_timeout=REQUEST_TIMEOUT_S,
    )
    LOG.info("listening", port=config.port, transport=config.realtime_transport)
    while not stop.is_set() and not serving.dead:
        eventlet.sleep(0.05)  # a signal handler may only set a flag
    listener.close()
    if lane:
        lane.deafen()
    serving.kill()
    live.drain(DRAIN_S)
    if lane:
        lane.close(DRAIN_S)


def work_elsewhere(async_mode: str) -> None:
    """What would stop the event loop runs in threads of the system's; what would slow it, in another process."""
    if async_mode == "eventlet":
        from eventlet import tpool

        offload.install(tpool.execute)
    offload.install_computer(aside.Aside().run)


def _serve_threading(app: Flask, config: Settings, stop: threading.Event) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, type: str, message: str, *args: Any) -> None:
            """Requests are logged by the product, without what they carry."""

    server = make_server(config.host, config.port, app, threaded=True, request_handler=Quiet)
    LOG.info("listening", port=config.port)

    def shut_down() -> None:
        stop.wait()
        server.shutdown()

    threading.Thread(target=shut_down, daemon=True).start()
    server.serve_forever()


SERVERS: dict[str, Serve] = {"eventlet": _serve_eventlet, "threading": _serve_threading}


def _without_compression(app: Flask) -> Callable[..., Any]:
    """Compressing each socket's frames would cost 90 KiB a connection and gain nothing on small views."""

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return app(environ, start_response)

    return serve


def _allow_many_connections() -> None:
    """A connection is an open file, and many systems stop a process at 1,024 of them unless it asks for more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _calm_garbage_collection() -> None:
    """What start-up made stays; collections of it would pause every room for tens of milliseconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 1_000)


if __name__ == "__main__":
    sys.exit(main())
