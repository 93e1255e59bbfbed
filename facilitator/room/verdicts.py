"""What moderators made of flags, in cases that agreed to share it: labels to tune the language engine by."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from facilitator.infra.crypto import unseal
from facilitator.plan import service as plan
from facilitator.room.board import FlagText
from facilitator.room.tables import FlagWords, Room


class Verdict(msgspec.Struct, frozen=True):
    """One flag that was judged. The words are those of real people: handle them like the case itself."""

    text: str
    categories: tuple[str, ...]
    verdict: str
    rehearsal: bool


def shared(tx: Session) -> Iterator[Verdict]:
    """Every judged flag of the cases that share, oldest first; nothing that tells whose they are."""
    rows = tx.execute(
        select(FlagWords, Room.kind)
        .join(Room, Room.id == FlagWords.room_id)
        .where(Room.case_id.in_(plan.cases_that_share(tx)), FlagWords.verdict.is_not(None))
        .order_by(FlagWords.at, FlagWords.id)
    )
    for row, kind in rows:
        said = msgspec.json.decode(unseal(row.body, f"flags:{row.room_id}/{row.id}:body"), type=FlagText)
        yield Verdict(said.text, said.categories, str(row.verdict), kind == "rehearsal")
