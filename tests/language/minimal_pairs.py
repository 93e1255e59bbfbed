"""Pairs for the borderline rules: the same moment, told in a way that passes and in a way that does not."""

from typing import NamedTuple


class Pair(NamedTuple):
    """`rule` is the number of the borderline rule in the taxonomy."""

    rule: int
    passes: str
    flagged: str


PAIRS = (
    Pair(
        1,
        "I won't pay the phone any more. If you call me, I'll still pick up.",
        "Sign today or you will never see your daughter again.",
    ),
    Pair(
        1,
        "I will not lend you money again, and you are welcome at my table every Sunday.",
        "If you use again, I'll call your probation officer and have you locked up.",
    ),
    Pair(
        2,
        "On the second of May I found you on the bathroom floor and your lips were blue. I was so scared.",
        "You were blue on that floor because getting high mattered more to you than your own kids.",
    ),
    Pair(
        2,
        "Last Tuesday I saw the pawn ticket for my mother's ring, and I cried in the car.",
        "You chose drugs over your own mother, and you ruined this family.",
    ),
    Pair(3, "I am so angry that I shook the whole way home.", "I feel that you are a liar and a coward."),
    Pair(
        3,
        "I'm scared that you will die and I won't be there.",
        "You'll be dead by Christmas and you know it.",
    ),
    Pair(4, "You always made us laugh at supper.", "You always ruin every holiday with your lies."),
    Pair(4, "I never stopped hoping for you.", "You never think about anyone but yourself."),
    Pair(5, "Please come with me and just meet the nurse.", "You need to stop making excuses and get in the car."),
    Pair(5, "You must be exhausted. You don't have to do this alone.", "You have to quit lying to us right now."),
    Pair(
        6,
        "I'm a recovering addict, and a clinic helped me.",
        "He is a junkie and everybody on the street knows it.",
    ),
    Pair(
        6,
        "I'm sorry I called you a loser at the lake. I was wrong.",
        "You are a loser, and I told everyone at the lake.",
    ),
    Pair(
        6,
        'Instead of saying "you never listen", try to say what you saw.',
        "You never listen to a single word I say.",
    ),
    Pair(7, "Clean the kitchen before your aunt gets here.", "His last drug test came back dirty."),
    Pair(7, "The addiction clinic opens at nine.", "We live with an addict."),
    Pair(8, "Are you in pain right now?", "Are you high right now?"),
    Pair(8, "What was that night like for you?", "What the hell is wrong with you?"),
)
