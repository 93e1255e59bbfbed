"""Invented people, places and words, drawn at random: names in many scripts, texts with all that people type."""

from datetime import date, timedelta

from facilitator.infra.dice import Dice
from facilitator.plan.prepared import Plan
from facilitator.referral.arrangement import PaidBy

NAMES = (
    (
        ("Ana", "Zoë", "Seán", "Łucja", "Jürgen", "D’Andre"),
        ("O’Brien", "Núñez-Peña", "Hart", "van der Berg", "Đặng"),
    ),
    (("مها", "خالد", "ياسمين"), ("الحسن", "بن علي", "حدّاد")),
    (("עדי", "נֹעַה", "דוד"), ("כהן", "בן־דוד", "לוי")),
    (("美玲", "建国", "さくら"), ("王", "佐藤", "歐陽")),
    (("अनन्या", "राजेश"), ("शर्मा", "सिंह")),
    (("Оксана", "Дмитро"), ("Шевченко", "Коваль")),
    (("Ελένη", "Γιώργος"), ("Παπαδόπουλος", "Νίκα")),
    (("지민", "서연"), ("김", "박")),
    (("สมชาย", "มาลี"), ("ใจดี", "ศรีสุข")),
    (("ሰላም", "ዳዊት"), ("ተስፋዬ", "አበበ")),
    (("Cleo 🌻", "Bo 👩🏽‍🚒"), ("Mac & Sons", 'de "la" Cruz', "<Lee>")),
)
"""By script: given names and family names."""

HOUSES = (
    "Harbor",
    "Cedar",
    "石泉",
    "النور",
    "Sankt Ägidius",
    "Río Claro",
    "Stillwater",
    "בית חם",
    "North \\ South",
)
KINDS = ("Recovery", "Treatment Center", "Klinik", "Hospital", "House", "中心")
DESKS = ("admissions", "intake", "entrée", "acogida 24 h", "front desk / nights")
PAYERS = ("Granite Mutual", "Blue Mesa Health", "Caisse Générale", "Medicaid", "شركة السلام", "Tri-Pine & Co.")
STREETS = ("12 Mill Street", "Calle 8 № 4", "כיכר השוק 3", "1/2 Old Post Rd, Apt #4", "朝日町 2-1")
CITIES = (("Keene", "NH", "03431"), ("Taos", "NM", "87571"), ("Hilo", "HI", "96720"))
CARS = ("green station wagon", "Tante Olgas Kombi", "white van, plate covered", "السيارة الزرقاء")
ROUTES = (
    "Route 16 north, no toll",
    "old road by the mill",
    "über die Brücke, dann links",
    "through the valley 🚗",
)
STOPS = ("rest area at Exit 11", "her aunt’s porch", "gas station with the red roof", "the overlook")

MEMORIES = (
    "the lake at dawn",
    "your first bike",
    "Sunday pancakes 🥞",
    "la canción de la abuela",
    "the blue tent",
)
FEARS = (
    "found you on the floor",
    "sat outside the emergency room",
    "counted your breaths",
    "held the phone all night",
)
HOPES = ("hear you laugh again", "مشوار على البحر", "dance at your wedding 💃", "one quiet year", "see you draw")
REMARKS = (
    "You always ruin everything and you never keep a single promise about the {thing}.",
    "You are a liar and you do not care about anybody but yourself, not even {thing}.",
    "I was so scared that evening of {thing}, and I love you.",
    "Everybody here is sick of you and of {thing}.",
    "It is all your fault, every bit of it, {thing} included.",
)
NOTES = (
    "looks at the door a lot, ask about {thing}",
    "brother calmer since {thing} ✅",
    "do not mention {thing} again",
)


def name(roll: Dice) -> str:
    given, family = roll.choice(NAMES)
    return f"{roll.choice(given)} {roll.choice(family)}"


def phone(roll: Dice) -> str:
    return f"+1 603-555-0{roll.randrange(100, 200)}"


def house(roll: Dice) -> str:
    return f"{roll.choice(HOUSES)} {roll.choice(KINDS)} {roll.randrange(1, 100)}"


def thing(roll: Dice) -> str:
    """Something that nobody else would speak of, so that a text with it in is like no other."""
    return f"{roll.choice(MEMORIES)}, number {roll.randrange(10**6)}"


def statement(roll: Dice) -> tuple[str, ...]:
    """Its five parts, in their order."""
    day = f"March {roll.randrange(1, 29)}"
    return (
        f"I love you. I think of {thing(roll)}.",
        f"On {day} I {roll.choice(FEARS)}, and I thought of {thing(roll)}.",
        f"I worry every night, since {thing(roll)}.\nI do not sleep.",
        f"I hope to {roll.choice(HOPES)}, as with {thing(roll)}.",
        f"Please accept the help that is here today, for {thing(roll)}.",
    )


def remark(roll: Dice) -> str:
    return roll.choice(REMARKS).format(thing=thing(roll))


def note(roll: Dice) -> str:
    return roll.choice(NOTES).format(thing=thing(roll))


def birthday(roll: Dice) -> date:
    return date(1950, 1, 1) + timedelta(days=roll.randrange(55 * 365))


def payment(roll: Dice) -> tuple[PaidBy, str]:
    """How it is paid, and what was settled."""
    return roll.choice(
        [
            (PaidBy.AUTHORIZATION, f"PA-{roll.randrange(10**8)} №7"),
            (PaidBy.NOT_REQUIRED, f"not required, per {name(roll)}"),
            (PaidBy.SELF_PAY, f"${roll.randrange(100, 900)} a day, agreed with {name(roll)}"),
        ]
    )


def plan(roll: Dice) -> Plan:
    return Plan(
        facility=house(roll),
        level="as the clinician decided",
        steps=(f"Today: a bed, and {thing(roll)}.",),
        leaves="within the hour",
        what_to_bring=("identity card",),
        transport=roll.choice(CARS),
        escort=name(roll),
        medication="to be decided with the doctor",
        for_family=("A call tomorrow.",),
    )
