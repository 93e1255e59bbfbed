"""Pairs for the borderline rules: the same moment, told in a way that passes and in a way that does not."""

from typing import NamedTuple

from facilitator.language import Language


class Pair(NamedTuple):
    """`rule` is the number of the borderline rule in the taxonomy."""

    rule: int
    passes: str
    flagged: str
    language: Language = Language.ENGLISH


_ENGLISH = (
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

_SPANISH = (
    Pair(
        1,
        "Ya no voy a pagar el teléfono. Si me llamas, te contesto a cualquier hora.",
        "Firma hoy o no vuelves a ver a tu hija.",
    ),
    Pair(
        1,
        "No le voy a prestar más dinero, y en mi mesa siempre hay un plato para usted.",
        "Si vuelve a usar, llamo a la policía para que lo metan preso.",
    ),
    Pair(
        1,
        "En mi casa no puedes quedarte mientras uses. A la clínica te llevo cuando quieras.",
        "O te vas al anexo o te quedas en la calle, para mí estás muerto.",
    ),
    Pair(
        2,
        "El dos de mayo te encontré en el piso del baño con los labios azules. Tuve mucho miedo.",
        "Te encontré en el piso del baño porque la droga te importa más que tus hijos.",
    ),
    Pair(
        2,
        "El martes vi el papel de la casa de empeño y lloré en el carro.",
        "Preferiste la droga que a tu propia madre y destruiste a esta familia.",
    ),
    Pair(3, "Tengo tanto coraje que temblé todo el camino a casa.", "Siento que eres un mentiroso y un cobarde."),
    Pair(3, "Tengo miedo de que te mueras y yo no esté.", "Te vas a morir antes de Navidad y lo sabes."),
    Pair(3, "Me duele mucho verte así.", "Me das asco cuando te veo así."),
    Pair(4, "Siempre nos hacías reír en la cena.", "Siempre arruinas todas las fiestas con tus mentiras."),
    Pair(4, "Nunca dejé de quererte.", "Nunca piensas en nadie más que en ti."),
    Pair(4, "Yo nunca escuchaba, y me arrepiento.", "Usted nunca escucha."),
    Pair(5, "Por favor ven conmigo a conocer a la enfermera.", "Deja de inventar excusas y súbete al carro ya."),
    Pair(5, "Debes estar agotado. No tienes que hacer esto solo.", "Tienes que dejar eso ya, y punto."),
    Pair(5, "Por favor no uses solo.", "De aquí no sales hasta que digas que sí."),
    Pair(
        6,
        "Soy una adicta en recuperación y una clínica me ayudó.",
        "Es un tecato y toda la cuadra lo sabe.",
    ),
    Pair(
        6,
        "Perdóname por decirte fracasado en el lago. Me equivoqué.",
        "Eres un fracasado, y se lo dije a todos en el lago.",
    ),
    Pair(
        6,
        "En vez de decir «tú nunca escuchas», traten de decir lo que vieron.",
        "Tú nunca escuchas nada de lo que digo.",
    ),
    Pair(
        6,
        "Mi tía dice que un vicioso no cambia, y yo le dije que se equivoca.",
        "Mi tía dice que un vicioso no cambia y tiene toda la razón.",
    ),
    Pair(7, "Deja limpia la cocina antes de que llegue tu tía.", "El último examen le salió sucio."),
    Pair(7, "La clínica de adicciones abre a las nueve.", "Vivimos con un adicto."),
    Pair(8, "¿Te duele algo ahorita?", "¿Estás drogado ahorita?"),
    Pair(8, "¿Cómo fue esa noche para ti?", "¿Qué demonios te pasa?"),
)
PAIRS = (*_ENGLISH, *(pair._replace(language=Language.SPANISH) for pair in _SPANISH))
