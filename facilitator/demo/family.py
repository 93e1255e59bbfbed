"""The demonstration's one story: Caleb Hart, those who love him, and what they prepared. All of it is invented."""

from datetime import date

import msgspec

from facilitator.people.roles import Role
from facilitator.plan.prepared import Plan


class Character(msgspec.Struct, frozen=True):
    """`listed` characters are those whose links the demonstration hands out in its main list."""

    key: str
    name: str
    role: Role
    relation: str
    phone: str
    listed: bool = True


PROFESSIONAL = "Dana Whitfield"
PROFESSIONAL_RELATION = "interventionist"
CALL_BACK_PHONE = "+1 603-555-0100"
SAFETY_CONTACT = "Sam Reyes, next door, +1 603-555-0188"
CASE_LABEL = "Caleb and his family"

CHARACTERS = (
    Character("caleb", "Caleb Hart", Role.LOVED_ONE, "our loved one", "+1 603-555-0110"),
    Character("ruth", "Ruth Hart", Role.TEAM_MEMBER, "grandmother", "+1 603-555-0111"),
    Character("ben", "Ben Okafor", Role.TEAM_MEMBER, "friend since third grade", "+1 603-555-0112"),
    Character("zoe", "Zoë Hart", Role.TEAM_MEMBER, "younger sister", "+1 603-555-0113"),
    Character("luis", "Luis Romero", Role.TEAM_MEMBER, "foreman", "+1 603-555-0114"),
    Character("hannah", "Hannah Pruitt", Role.TEAM_MEMBER, "mother of his daughter", "+1 603-555-0115"),
    Character("tom", "Tom Hart", Role.TEAM_MEMBER, "father", "+1 603-555-0116"),
    Character("maggie", "Maggie Hart", Role.TEAM_MEMBER, "mother", "+1 603-555-0117"),
    Character("priya", "Priya Natarajan", Role.OBSERVER, "supervisor in training", "+1 603-555-0118"),
    Character("walter", "Walter Bennett", Role.ESCORT, "peer escort", "+1 603-555-0119"),
    Character("ray", "Ray Hart", Role.DRIVER, "uncle", "+1 603-555-0120", listed=False),
    Character("jonah", "Jonah Avery", Role.STAND_IN, "plays the loved one", "+1 603-555-0121", listed=False),
)

READING_ORDER = ("ruth", "ben", "zoe", "luis", "hannah", "tom", "maggie")
"""Who has the least to answer for in Caleb's eyes goes first; his mother, whom he has never sent away, closes."""

BOTTOM_LINES = {
    "ruth": "From tonight I no longer give Caleb money or pay his phone. He can eat at my table any Sunday"
    " when he has not used that day.",
    "ben": "From tonight I no longer lend Caleb my truck, and I no longer tell his parents that he was with me"
    " when he was not. I answer his calls whenever he wants to talk about treatment.",
    "zoe": "From tonight Caleb can no longer sleep in my dorm room. I will meet him for coffee, in daylight,"
    " and I will carry naloxone every time.",
    "luis": "Caleb cannot work on a roof until a doctor says that it is safe. His place on the crew is his"
    " again on the day he comes back from treatment.",
    "hannah": "From tonight Caleb sees June at my mother's house with one of us in the room. When he is in"
    " treatment, I bring her to every family day.",
    "tom": "From Saturday Caleb can no longer live in our house while he is using. I will drive him to"
    " treatment at any hour of any night.",
    "maggie": "From tonight I no longer pay fines, rent or dealers for Caleb. I will not lie for him at work"
    " again. I will say yes, every time, to a call about treatment.",
}

# General facts only. That buprenorphine, methadone and naltrexone treat opioid use disorder, that a person decides
# with a prescriber, and that tolerance falls after some days without opioids so that a return to the earlier dose
# can kill: SAMHSA, TIP 63, "Medications for Opioid Use Disorder".
PLAN = Plan(
    facility="Harbor Ridge Recovery, residential treatment",
    level="Medical withdrawal care first, then residential treatment, as decided by Dr. Imani Cole",
    steps=(
        "Today: withdrawal care with a nurse close by, day and night.",
        "In the first days: talk with the doctor about medication.",
        "After that: about four weeks of residential treatment, with counseling alone and in a group.",
        "Then: a place in the day program near home, a counselor, and a support group that Caleb picks.",
    ),
    leaves="The car is outside. It leaves within 15 minutes, and the drive takes 50.",
    what_to_bring=(
        "Identity card and insurance card",
        "His own prescriptions, in the bottles they came in",
        "Clothes for a week, the gray sweater, running shoes",
        "June's drawing, and the list of phone numbers",
    ),
    transport="Uncle Ray drives. If his car fails, Tom's is behind it.",
    escort="Walter Bennett sits with Caleb all the way and stays until he has been admitted. He has been on"
    " this road himself.",
    medication="The center offers buprenorphine, methadone and naltrexone. Medication is treatment, and it is"
    " Caleb's decision with the doctor. After even a few days without opioids the body bears less than before:"
    " naloxone travels with him and stays with the family.",
    for_family=(
        "Family evening at the center every Wednesday, from the first week on.",
        "Naloxone in every home that Caleb visits, and everybody knows how to use it.",
        "A call with Dana tomorrow at noon, for everyone in this room.",
    ),
)


class Place(msgspec.Struct, frozen=True):
    """A facility that exists only here."""

    which: str
    organization: str
    service: str
    phone: str
    description: str
    settings: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]


BORN = date(1997, 3, 9)
LIVES = ("41 Tannery Lane", "Keene", "NH", "03431")
MEMBER_ID = "GM-2093-117"

PRIMARY = Place(
    "primary",
    "Harbor Ridge Recovery",
    "admissions",
    "+1 603-555-0130",
    "Withdrawal care and residential treatment in one house, with a doctor on call at night.",
    ("residential_detox", "residential"),
    (("3.7", "4th edition"), ("3.5", "4th edition")),
)
FALLBACK = Place(
    "fallback",
    "Millbrook Valley Hospital",
    "addiction medicine intake",
    "+1 603-555-0140",
    "A ward for withdrawal care in the county hospital; takes people in at any hour.",
    ("hospital_detox", "hospital_inpatient"),
    (("4.0", "4th edition"),),
)
FEES = "Settled with the payer before admission; the billing desk answers questions."
HOURS = "Every day, at any hour"
MEDICATIONS = ("buprenorphine", "methadone", "naltrexone")
INSURANCE = ("Granite Mutual health plan", "Medicaid", "Self-pay")

HOLD_GIVEN_BY = "Nora Castellano"
PAYER = ("Granite Mutual health plan", "verified; no authorization needed before admission, per Nora Castellano")
VEHICLE = "green station wagon"
SECOND_VEHICLE = "Tom's pickup"
DRIVE_MINUTES = 50
LEAVE_WITHIN_MINUTES = 15
BAG = (
    "identity card",
    "insurance card",
    "medication in original containers",
    "clothes for a week",
    "list of phone numbers",
)

PICKUP = "the driveway behind the house, engine warm"
ROUTE = "Route 16 north, then Harbor Road; no toll"
STOPS = ("rest area at Exit 11, only if he asks for it",)
TRAVELS_ALONG = "His prescriptions in Walter's bag, closed; naloxone in the glove box."
CLEARANCE = (
    ("Any seizure, ever?", "No, says his mother; asked on Monday."),
    ("Other medication?", "Only the blood pressure tablets in the bag."),
    ("Last seen by a doctor?", "In June, at the walk-in clinic on Mill Street."),
)
DOCUMENTS = ("Photo identification", "Insurance card, both sides")
BANNED_ITEMS = ("mouthwash", "energy drinks", "pocket knife")
HOME_COVER = (
    "June stays with Hannah, as agreed.",
    "Zoë takes the dog until he is back.",
    "Luis keeps his place on the crew; no papers needed.",
)
OTHER_OUTCOMES = (
    "Dana calls him on Thursday at ten. The bed and the car stay arranged until then.",
    "Everyone goes to Tom and Maggie's. Ben stays within reach. Dana calls each of us tonight.",
    "Walter stops at a safe place and calls Dana; nobody argues in the car.",
)
CLINICIAN = ("Imani Cole", "MD, board certified in addiction medicine")
LEVEL = ("3.7", "4th edition", "Dr. Imani Cole")
TREATMENT = (
    ("detox", True, "He uses every day, so the first days need a nurse close by."),
    ("moud", True, "He wants to hear about medication; he decides with the doctor."),
    ("residential", True, "Home is where he uses. Four weeks away were his own idea in the spring."),
    ("outpatient", False, "The day program is ten minutes from home, and takes him back at work in the mornings."),
    ("counselling", False, "He liked the counselor at school; she has an open hour on Tuesdays."),
    ("support_group", False, "He picks the group himself, once he is there."),
)
"""What kind of step, whether it is at the first facility, and why."""
WITH_LEVEL = ("detox", "residential")
