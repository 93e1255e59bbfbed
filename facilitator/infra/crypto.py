"""Text at rest: AES-256-GCM bound to the place it is kept in, and keyed hashes to look things up by."""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID_BYTES = 4
NONCE_BYTES = 12


class Keyring:
    """Keys by id, newest first. The newest seals, any opens; `lookup_key` is never rotated with them."""

    def __init__(self, keys: list[tuple[bytes, bytes]], lookup_key: bytes, cookie_key: bytes) -> None:
        self.keys = keys
        self.lookup_key = lookup_key
        self.cookie_key = cookie_key

    @classmethod
    def at(cls, path: Path) -> "Keyring":
        """The keyring kept in a file that only this user can read; made on first use."""
        if not path.exists():
            _make(path)
        kept = json.loads(path.read_text())
        keys = [(bytes.fromhex(k["id"]), bytes.fromhex(k["key"])) for k in kept["keys"]]
        return cls(keys, bytes.fromhex(kept["lookup"]), bytes.fromhex(kept["cookie"]))


_ring: Keyring | None = None


def configure(ring: Keyring) -> None:
    global _ring
    _ring = ring


def ring() -> Keyring:
    assert _ring is not None, "crypto.configure(keyring) comes first"
    return _ring


def seal(text: str, place: str) -> bytes:
    """Encrypt for one place, written "table:row:column"; moved elsewhere, it no longer opens."""
    key_id, key = ring().keys[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    return key_id + nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())


def unseal(blob: bytes, place: str) -> str:
    """Raises cryptography.exceptions.InvalidTag when the text was changed or moved, KeyError for a lost key."""
    key = dict(ring().keys)[blob[:KEY_ID_BYTES]]
    nonce = blob[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
    return AESGCM(key).decrypt(nonce, blob[KEY_ID_BYTES + NONCE_BYTES :], place.encode()).decode()


def lookup(value: str) -> str:
    """A keyed hash under which a guessable value (an e-mail address, a room code) is found again."""
    return hmac.new(ring().lookup_key, value.encode(), hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    """Written beside and linked into place, so that of two first starts at once one wins and both agree."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "keys": [{"id": secrets.token_hex(KEY_ID_BYTES), "key": secrets.token_hex(32)}],
        "lookup": secrets.token_hex(32),
        "cookie": secrets.token_hex(32),
    }
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(fresh, out)
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink()
