"""Records of a directory, as other programs write them."""

import copy
from typing import Any

LOCATOR_ROW: dict[str, Any] = {
    "_irow": 1,
    "frid": "0a1b",
    "name1": "Cedar County Services",
    "name2": "Cedar House",
    "street1": "12 Mill Street",
    "street2": "",
    "city": "Dover",
    "state": "NH",
    "zip": "03820",
    "phone": "603-555-0151",
    "intake1": "603-555-0152",
    "hotline1": None,
    "website": "https://cedar.example",
    "latitude": "43.19",
    "longitude": "-70.87",
    "miles": 0.24,
    "typeFacility": "SA",
    "services": [
        {
            "f1": "Service settings",
            "f2": "SET",
            "f3": "Residential; Residential detoxification; Intensive outpatient",
        },
        {"f1": "Pharmacotherapies", "f2": "PHR", "f3": "Methadone; Buprenorphine with naloxone"},
        {"f1": "Payment accepted", "f2": "PAY", "f3": "Medicaid; Cash or self-payment"},
        {"f1": "Languages", "f2": "SL", "f3": None},
    ],
}

_RECORD: dict[str, Any] = {
    "id": "6f1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
    "name": "Clínica del Río — admissions 🌊",
    "status": "active",
    "description": "Residential care.",
    "organization_id": "aa1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
    "organization": {
        "id": "aa1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
        "name": "مركز النهر",
        "description": "A center by the river.",
        "contacts": [{"id": "x", "name": "the desk"}],
    },
    "phones": [{"id": "bb1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f", "number": "+1 603-555-0160", "extension": 12}],
    "schedules": [
        {
            "id": "cc1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
            "freq": "WEEKLY",
            "byday": "MO,TU",
            "opens_at": "08:00Z",
            "description": "Weekdays from eight.",
        }
    ],
    "required_documents": [{"id": "dd1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f", "document": "Photo identification"}],
    "service_at_locations": [
        {
            "id": "ee1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
            "location": {
                "id": "ff1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
                "location_type": "physical",
                "latitude": 43.2,
                "addresses": [
                    {
                        "id": "0f1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
                        "address_1": "1 River Road",
                        "city": "Dover",
                        "state_province": "NH",
                        "postal_code": "03820",
                        "country": "US",
                        "address_type": "physical",
                    }
                ],
            },
        }
    ],
    "attributes": [
        {
            "id": "1f1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
            "value": "adults",
            "taxonomy_term": {
                "id": "2f1c2f8e-1c1a-4d59-9a55-0f1b2c3d4e5f",
                "name": "Age group",
                "description": "For whom",
                "taxonomy": "Somebody else's",
            },
        }
    ],
}


def a_record(**change: Any) -> dict[str, Any]:
    """A service with everything inside; None takes a field away."""
    record = copy.deepcopy(_RECORD) | change
    return {name: value for name, value in record.items() if value is not None}
