"""Passwords and sign-in codes: checked with the same effort whether or not the account exists."""

from datetime import datetime
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from facilitator.infra import offload

_STEP_S = 30
_DRIFT_STEPS = 1

# Above the OWASP ASVS minimum for argon2id (19 MiB, 2 passes). One lane: small servers check several at once.
_hasher = PasswordHasher(memory_cost=32 * 1024, time_cost=2, parallelism=1)


def hash_password(password: str) -> str:
    """Takes some 40 ms off the event loop. Never call it inside a transaction."""
    return offload.run(_hasher.hash, password)


def matches(password: str, kept_hash: str | None) -> bool:
    """`kept_hash` is None when there is no such account; saying no then takes as long."""
    return offload.run(_verify, password, kept_hash or _nobodys()) and kept_hash is not None


def prepare() -> None:
    """Made before the first stranger comes, who would have waited longer for it."""
    _nobodys()


def new_totp_secret() -> str:
    """For an authenticator app, in base32."""
    return pyotp.random_base32()


def totp_step(secret: str, code: str, at: datetime) -> int | None:
    """The half-minute whose code this is, if it is the present one or one beside it."""
    totp = pyotp.TOTP(secret, interval=_STEP_S)
    present = int(at.timestamp()) // _STEP_S
    for step in range(present - _DRIFT_STEPS, present + _DRIFT_STEPS + 1):
        if pyotp.utils.strings_equal(code, totp.generate_otp(step)):
            return step
    return None


def _verify(password: str, kept_hash: str) -> bool:
    try:
        return _hasher.verify(kept_hash, password)
    except VerifyMismatchError:
        return False


@cache
def _nobodys() -> str:
    """A hash that costs what a real one costs."""
    return hash_password("the password of nobody")
