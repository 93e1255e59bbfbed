"""Commands of the `flask` line."""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import click
import msgspec
from flask import Flask
from flask.cli import AppGroup

from facilitator.config import settings
from facilitator.demo import samples, seed
from facilitator.infra import crash, db, logs, notices, schema
from facilitator.infra.dispatcher import Dispatcher, follow
from facilitator.infra.ids import RoomId
from facilitator.infra.refusal import Refused
from facilitator.people import service as people
from facilitator.referral import service as referral
from facilitator.referral.channels.every import channels
from facilitator.room import verdicts, verify

log = logs.get("cli")

db_commands = AppGroup("db", help="The database.")
language_commands = AppGroup("language", help="The language engine.")
outbox_commands = AppGroup("outbox", help="Messages to the outside.")
referral_commands = AppGroup("referral", help="Referrals and their records.")
room_commands = AppGroup("room", help="Rooms and their logs.")
seed_commands = AppGroup("seed", help="Data to begin with.")
user_commands = AppGroup("user", help="Accounts of the staff.")


def register(app: Flask) -> None:
    groups = (
        db_commands,
        language_commands,
        outbox_commands,
        referral_commands,
        room_commands,
        seed_commands,
        user_commands,
    )
    for group in groups:
        app.cli.add_command(group)


@db_commands.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest version. Safe to repeat."""
    schema.upgrade(settings().database)


@language_commands.command("verdicts")
def export_verdicts() -> None:
    """Print, as JSON lines, the judged flags of the cases that agreed to share them."""
    with db.reading() as tx:
        for verdict in verdicts.shared(tx):
            click.echo(msgspec.json.encode(verdict))


@outbox_commands.command("run")
@click.option("--follow-stdin", is_flag=True, help="A byte wakes it; the end of the input lets it finish.")
def run_outbox(follow_stdin: bool) -> None:
    """Send what is to be sent, until asked to end."""
    crash.refuse_outside_tests()
    dispatcher = Dispatcher(channels(settings()), referral.message_settled, referral.hold_for_report)

    def end(_signal: int, _frame: FrameType | None) -> None:
        dispatcher.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if follow_stdin:
        threading.Thread(target=follow, args=(sys.stdin.fileno(), dispatcher), daemon=True).start()
    post = notices.Post()
    post.listen(notices.Kind.OUTBOX, lambda _: dispatcher.wake())
    notices.start(post, threading.Event())
    log.info("dispatcher started", pid=os.getpid())
    dispatcher.run()
    log.info("dispatcher ended", pid=os.getpid())


@referral_commands.command("samples")
@click.option("--count", type=click.IntRange(1, 10_000), required=True, help="How many.")
@click.option("--seed", type=int, help="The same people again; without it other ones each time.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_samples(count: int, seed: int | None, folder: Path) -> None:
    """Write the records of random cases, and every text that must be in none of them."""
    written = samples.write(folder, count, seed)
    click.echo(f"{written.bundles} records and {written.forbidden} forbidden lines are in {folder}.")


@room_commands.command("verify")
@click.argument("room_id", required=False)
def verify_room(room_id: str | None) -> None:
    """Replay the log of one room, or of all, and compare it with what was made from it."""
    with db.reading() as tx:
        rooms = [RoomId(room_id)] if room_id else verify.rooms(tx)
        found = [(room, each) for room in rooms for each in verify.differences(tx, room)]
    for room, difference in found:
        click.echo(f"{room}: {difference}")
    if found:
        raise click.ClickException(f"{len(found)} differences in {len({room for room, _ in found})} rooms.")
    click.echo(f"{len(rooms)} rooms agree with their logs.")


@seed_commands.command("demo")
@click.option("--json", "as_json", is_flag=True, help="Print everything a program needs, and nothing else.")
@click.option("--rooms", type=click.IntRange(1, 1000), help="Make so many families; with --json a list of them.")
@click.option("--totp", is_flag=True, help="The professional also needs a code from an authenticator app.")
def seed_demo(as_json: bool, rooms: int | None, totp: bool) -> None:
    """Make a fresh demonstration family."""
    made = seed.families(rooms or 1, totp)
    if as_json:
        click.echo(msgspec.json.encode(made if rooms else made[0]))
        return
    for family in made:
        _tell(family)


@user_commands.command("create")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--totp/--no-totp", default=True, help="Ask for a code from an authenticator app at sign-in.")
@click.option("--admin", is_flag=True, help="May also manage accounts and settings.")
def create_user(email: str, name: str, password: str, totp: bool, admin: bool) -> None:
    """Make an account for a member of staff."""
    secret = people.new_totp_secret() if totp else None
    account = people.NewAccount(email, name, people.hash_password(password), secret, admin)
    try:
        with db.writing() as tx:
            people.create_account(tx, account)
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(f"{email} can sign in now.")
    if secret is not None:
        click.echo(f"Enter this key in the authenticator app: {secret}")


def _tell(family: seed.Seeded) -> None:
    click.echo(f"Sign in at {family.base_url}/sign-in")
    click.echo(f"  e-mail    {family.staff.email}")
    click.echo(f"  password  {family.staff.password}")
    if family.staff.totp_secret is not None:
        click.echo(f"  key for the authenticator app  {family.staff.totp_secret}")
    for kind, room in family.rooms.items():
        click.echo(f"Console, {kind}: {family.base_url}/rooms/{room}")
    for person in (*family.people, *family.others):
        click.echo(f"{person.name}, {person.role}: {person.join_url}")
