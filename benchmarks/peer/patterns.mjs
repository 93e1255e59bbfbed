// What a plain server would look for in what is said: sixty patterns, tried one after the other.

const PATTERNS = {
  blame: [
    "\\byou (?:always|never)\\b",
    "\\b(?:it'?s|this is|that is) (?:all )?your fault\\b",
    "\\bbecause of you\\b",
    "\\byou (?:ruined|destroyed|wrecked|broke)\\b",
    "\\byou did this\\b",
    "\\byou made (?:me|us|her|him|them)\\b",
    "\\byou (?:chose|choose|picked) (?:this|that|it|drugs)\\b",
    "\\byou don'?t care\\b",
    "\\byou only (?:think|care)\\b",
    "\\bhow could you\\b",
    "\\byou put (?:me|us|your \\w+) through\\b",
    "\\blook (?:at )?what you(?:'ve| have)? d(?:id|one)\\b",
  ],
  label: [
    "\\b(?:junkie|addict|druggie|crackhead|pothead)s?\\b",
    "\\b(?:loser|failure|bum|deadbeat)\\b",
    "\\b(?:liar|thief|criminal)\\b",
    "\\b(?:selfish|lazy|weak|pathetic|worthless|useless)\\b",
    "\\b(?:stupid|idiot|moron|dumb)\\b",
    "\\b(?:disgrace|disgusting|disgusted|embarrassment)\\b",
    "\\byou(?:'re| are) (?:nothing|no good|hopeless|sick in the head)\\b",
    "\\byou(?:'re| are) (?:just )?like your (?:father|mother|dad|mom|uncle|brother)\\b",
    "\\bdirty\\b",
    "\\bget clean\\b",
    "\\b(?:monster|animal|leech|parasite)\\b",
    "\\bgood[- ]for[- ]nothing\\b",
  ],
  threat: [
    "\\bor else\\b",
    "\\bif you don'?t\\b",
    "\\byou(?:'ll| will) (?:regret|be sorry|pay)\\b",
    "\\bi(?:'m| am) done with you\\b",
    "\\bdead to (?:me|us)\\b",
    "\\bnever (?:see|speak to|talk to) (?:me|us|her|him|them|your)\\b",
    "\\bi(?:'ll| will) (?:call|get) the (?:cops|police)\\b",
    "\\bthrow you (?:out|in)\\b",
    "\\bkick(?:ing)? you out\\b",
    "\\bcut(?:ting)? you off\\b",
    "\\blast chance\\b",
    "\\byou(?:'ll| will) (?:die|end up dead)\\b",
  ],
  command: [
    "\\byou (?:have|need|better|had better|ought) (?:to )?(?:go|stop|quit|listen|get|change)\\b",
    "\\byou(?:'re| are) (?:going|gonna) (?:to )?(?:go|stop|quit|listen)\\b",
    "\\bjust (?:stop|quit|grow up|get over)\\b",
    "\\bshut up\\b",
    "\\bgrow up\\b",
    "\\bman up\\b",
    "\\bsnap out of\\b",
    "\\bend of (?:discussion|story)\\b",
    "\\bsit down\\b",
    "\\bdo as (?:you'?re told|i say)\\b",
    "\\bget (?:it|your act|yourself) together\\b",
    "\\byou (?:must|shall)\\b",
  ],
  shame: [
    "\\bashamed of you\\b",
    "\\bshame on you\\b",
    "\\bwhat (?:is|'s) wrong with you\\b",
    "\\byour (?:own )?(?:kid|kids|son|daughter|children|mother) (?:hates?|is afraid|are afraid)\\b",
    "\\bwish you (?:were|had) never\\b",
    "\\bnobody (?:wants|believes|trusts|loves) you\\b",
    "\\bafter (?:all|everything) (?:that )?(?:i|we)(?:'ve| have)? d(?:id|one)\\b",
    "\\bbroke(?:n)? (?:my|our|her|his) heart\\b",
    "\\bkilling (?:me|us|your|her|him)\\b",
    "\\bembarrass(?:ed|ing)?\\b",
    "\\bwast(?:e|ed|ing) (?:of|your|my|our)\\b",
    "\\bhit rock bottom\\b",
  ],
};

const COMPILED = Object.entries(PATTERNS).flatMap(([category, patterns]) =>
  patterns.map((pattern) => ({ category, pattern: new RegExp(pattern, "iu") })),
);

export function flagsIn(text) {
  return COMPILED.flatMap(({ category, pattern }) => {
    const found = pattern.exec(text);
    return found ? [{ category, severity: 2, span: { start: found.index, end: found.index + found[0].length } }] : [];
  });
}
