"""`create_app()` wires the parts of the server together and does nothing else."""

from flask import Flask

from facilitator import cli, web
from facilitator.config import ROOT, Settings, settings
from facilitator.demo import routes as demo
from facilitator.infra import crypto, db, headers, leases, shapes, shared
from facilitator.people import routes as people
from facilitator.people import sign_in
from facilitator.plan import routes as plan
from facilitator.referral import arranged_routes, consent_routes, desk_routes, directory_routes
from facilitator.referral import facility_routes as facility
from facilitator.referral import routes as referral
from facilitator.room import routes as room
from facilitator.room import sockets


def create_app(config: Settings | None = None, async_mode: str = "threading") -> Flask:
    """A ready application. Connects this process to the database and the keyring that `config` names.

    `async_mode` is the server's concern (wsgi.py); commands of the `flask` line serve no sockets.
    """
    config = config or settings()
    app = Flask("facilitator", root_path=str(ROOT), instance_path=str(config.instance_path))
    db.configure(config.database)
    leases.configure(config.worker)
    shared.configure(config.redis_url)
    ring = crypto.Keyring.at(config.instance_path / "keys.json")
    crypto.configure(ring)
    web.prepare(app, config, ring.cookie_key)
    sign_in.prepare(app)
    for feature in (
        people,
        plan,
        room,
        referral,
        facility,
        desk_routes,
        arranged_routes,
        consent_routes,
        directory_routes,
    ):
        app.register_blueprint(feature.blueprint)
    if config.demo:
        app.register_blueprint(demo.blueprint)
    cli.register(app)
    shapes.learn()
    sockets.attach(app, config, async_mode)
    app.wsgi_app = headers.SecurityHeaders(app.wsgi_app, config)  # type: ignore[method-assign]
    return app
