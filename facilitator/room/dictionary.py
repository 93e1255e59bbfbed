"""What a case has taught the engine: phrases that its professional dismissed stay silent, here only."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from facilitator.infra.crypto import lookup, seal, unseal
from facilitator.infra.ids import CaseId
from facilitator.language import Language, phrase
from facilitator.room.board import FlagText
from facilitator.room.phases import Kind
from facilitator.room.state import Flag
from facilitator.room.tables import SilencedPhrase


def learn(
    tx: Session, case: CaseId, kind: Kind, flag: Flag, said: FlagText, verdict: str, spoken: Language
) -> None:
    """A dismissal silences the flagged words; confirming after all takes that back.

    What a rehearsal teaches holds in rehearsals only: it leaves nothing behind outside of them.
    """
    words = phrase(said.text, flag.start, flag.end, spoken)
    if not words:
        return
    key = lookup(words)
    row = SilencedPhrase
    tx.execute(delete(row).where(row.case_id == case, row.kind == kind, row.phrase_lookup == key))
    if verdict == "dismissed":
        body = seal(words, f"silenced_phrases:{case}/{kind}/{key}:phrase")
        tx.add(row(case_id=case, kind=kind, phrase_lookup=key, phrase=body))
        tx.flush()


def silenced(tx: Session, case: CaseId, kind: Kind) -> frozenset[str]:
    """The phrases that are not to be flagged in such rooms of this case."""
    row = SilencedPhrase
    found = tx.execute(select(row.phrase_lookup, row.phrase).where(row.case_id == case, row.kind == kind))
    return frozenset(unseal(body, f"silenced_phrases:{case}/{kind}/{key}:phrase") for key, body in found)
