"""Checks the records that `referral samples` has written."""

from pathlib import Path

import msgspec

from tests.referral import fhir_check, part2


def faults(folder: Path) -> list[str]:
    """What validators of others and part 2 find in the Bundles of a folder, each with its file's name."""
    bundles = sorted(folder.glob("bundle-*.json"))
    forbidden = frozenset((folder / "forbidden.txt").read_text(encoding="utf-8").splitlines())
    found = fhir_check.issues(bundles)
    told = [f"{name}: {issue}" for name, issues in found.items() for issue in issues]
    for path in bundles:
        told += [
            f"{path.name}: {fault}" for fault in part2.faults(msgspec.json.decode(path.read_bytes()), forbidden)
        ]
    unseen = {path.name for path in bundles} - set(found)
    return [*told, *(f"{name}: not checked" for name in unseen)]
