"""How anything in the product says no: a code for programs, a sentence for people, and nothing changed."""

STATUS = {
    "malformed": 422,
    "unknown_command": 422,
    "too_large": 413,
    "not_signed_in": 401,
    "wrong_credentials": 401,
    "bad_signature": 401,
    "not_allowed": 403,
    "not_admitted": 403,
    "no_csrf": 403,
    "removed": 403,
    "not_found": 404,
    "gone": 410,
    "rate_limited": 429,
    "not_saved": 503,
}
"""HTTP status by code. Whatever is not listed is a conflict with the state of things: 409."""


class Refused(Exception):
    """`code` is stable and documented; `message` says in plain words what to do instead."""

    def __init__(self, code: str, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 409)

    def answer(self) -> dict[str, object]:
        """The shape that every refusal has on the wire."""
        return {"ok": False, "error": {"code": self.code, "message": self.message}}
