"""Checks sample records: `python -m tools.check_records DIR`, where `flask referral samples` has written them.

With validators of FHIR R4 that others wrote, and against what 42 CFR part 2 asks. The tests do so with a few.
"""

import sys
from pathlib import Path

from tests.referral import check_samples


def main(folder: Path) -> int:
    records, faults = len(list(folder.glob("bundle-*.json"))), check_samples.faults(folder)
    for fault in faults:
        print(fault)
    print(f"{records} records, {len(faults)} faults.")
    return 0 if records and not faults else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
