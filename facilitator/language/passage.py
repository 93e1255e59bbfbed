"""Turns raw text into sentences of plain lower-case words that remember where they stood."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facilitator.language.words import Words

WINDOW_WORDS = 34
_SHORTEST_CHUNK_WORDS = 9
_LONGEST_WORD_CHARS = 40
_LEAD_CHARS = 200
_LEAD_WORDS = 12
_SHORTEST_CLAUSE_WORDS = 3

_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ`\u200b-\u200d\u00ad][^\W_]+)*|[.!?…,;:()\"“”«»'‘’—–\n]|-{2,}")
_DROPPED = str.maketrans("", "", "'’ʼ`\u200b\u200c\u200d\u00ad")
_PLAIN_MARKS = {"“": '"', "”": '"', "«": '"', "»": '"', "…": ".", "—": ",", "–": ",", "\n": "."}
_SINGLE_QUOTES = frozenset("'‘’")
_STOPS = frozenset(".!?")
_ACCENTS = frozenset("\u0300\u0301\u0308")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark in plain form, with its offsets in the text as given."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


class Sentence:
    """A run of tokens, as one string with single spaces (`plain`) that maps back to the original text."""

    __slots__ = ("_starts", "lead_chars", "plain", "tokens")

    def __init__(self, tokens: Sequence[Token], lead: Sequence[str] = ()) -> None:
        """`lead` holds words said just before, which give context but stand outside the text."""
        at = tokens[0].start
        self.tokens = (*(Token(word, at, at) for word in lead), *tokens)
        self.plain = " ".join(token.text for token in self.tokens)
        self.lead_chars = sum(len(word) + 1 for word in lead)
        self._starts: list[int] = []
        at = 0
        for token in self.tokens:
            self._starts.append(at)
            at += len(token.text) + 1

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    @property
    def own(self) -> str:
        """The plain text without the lead."""
        return self.plain[self.lead_chars :]

    def locate(self, plain_start: int, plain_end: int) -> tuple[int, int]:
        """Offsets in the original text of a stretch of `plain`."""
        first = max(0, bisect_right(self._starts, plain_start) - 1)
        last = max(first, bisect_right(self._starts, max(plain_start, plain_end - 1)) - 1)
        return self.tokens[first].start, self.tokens[last].end


def tokens_of(text: str, words: Words) -> list[Token]:
    """Words without apostrophes or fillers, and the marks that separate clauses."""
    found: list[Token] = []
    quote_open = False
    for match in _TOKEN.finditer(text):
        raw = match.group()
        if raw in _SINGLE_QUOTES:
            opens = not quote_open and _opens_quote(text, match.start())
            if not (opens or (quote_open and not _next_to_word(text, match.end()))):
                continue
            quote_open = opens
            plain = '"'
        else:
            plain = _plain(raw, words)
        if plain and plain not in words.fillers:
            _append(found, Token(plain, match.start(), match.end()), words)
    return found


def _append(tokens: list[Token], token: Token, words: Words) -> None:
    """Adds a token, as one with the token before where the two count as one word ("do not")."""
    before = tokens[-1] if tokens else None
    one = words.merged.get(before.text, {}).get(token.text) if before else None
    if before and one:
        tokens[-1] = Token(one, before.start, token.end)
    else:
        tokens.append(token)


def sentences_of(text: str, words: Words, before: Sequence[str] = ()) -> list[Sentence]:
    """Sentences by their punctuation; long stretches without any are cut where a new clause begins.

    A caption that goes on where the last of `before` broke off gets that one's closing words as its lead.
    """
    chunks = [chunk for stretch in _stretches(tokens_of(text, words), words) for chunk in _chunks(stretch, words)]
    spoken = [chunk for chunk in chunks if any(token.is_word for token in chunk)]
    lead = _unfinished(before[-1], words) if before and text[:1].islower() else []
    return [Sentence(chunk, lead if index == 0 else ()) for index, chunk in enumerate(spoken)]


def _unfinished(earlier: str, words: Words) -> list[str]:
    """The closing words of a segment that broke off without a stop; none where it was complete."""
    said = [token.text for token in tokens_of(earlier[-_LEAD_CHARS:], words)]
    return [] if not said or said[-1] in _STOPS else said[-_LEAD_WORDS:]


def clauses_of(sentence: Sentence, words: Words) -> list[tuple[int, int]]:
    """Stretches of the sentence's plain text between marks and joining words; each has three words or more."""
    starts = [0]
    at = 0
    words_since = 0
    for token in sentence.tokens:
        opens = token.text in words.clause_openers and words_since >= _SHORTEST_CLAUSE_WORDS
        if opens or not token.is_word:
            starts.append(at if token.is_word else at + len(token.text) + 1)
            words_since = 0
        words_since += token.is_word
        at += len(token.text) + 1
    ends = [*starts[1:], len(sentence.plain) + 1]
    return _merged(sentence.plain, list(zip(starts, ends, strict=True)))


def _merged(plain: str, stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins stretches that are too short to stand alone to the one before."""
    merged: list[tuple[int, int]] = []
    for start, end in stretches:
        words = len(re.findall(r"\w+", plain[start:end]))
        if merged and words < _SHORTEST_CLAUSE_WORDS:
            merged[-1] = (merged[-1][0], end)
        elif words:
            merged.append((start, end))
    return [(start, start + len(plain[start:end].rstrip(" ,;:"))) for start, end in merged]


def _plain(raw: str, words: Words) -> str:
    if raw in _PLAIN_MARKS:
        return _PLAIN_MARKS[raw]
    if raw[0] == "-":
        return ","
    if not raw.isascii():
        raw = unicodedata.normalize("NFKC", raw if words.accents else _bare(raw))
    word = raw.lower().translate(_DROPPED)[:_LONGEST_WORD_CHARS].replace(" ", "")
    return words.spellings.get(word, word)


def _bare(raw: str) -> str:
    """Without the accents of its vowels; the tilde makes another letter and stays."""
    return "".join(mark for mark in unicodedata.normalize("NFD", raw) if mark not in _ACCENTS)


def _opens_quote(text: str, at: int) -> bool:
    return (at == 0 or not text[at - 1].isalnum()) and _next_to_word(text, at + 1)


def _next_to_word(text: str, at: int) -> bool:
    return at < len(text) and text[at].isalnum()


def _stretches(tokens: list[Token], words: Words) -> Iterator[list[Token]]:
    """Cuts after a stop, together with any stops and quotes that follow it."""
    current: list[Token] = []
    ended = False
    for index, token in enumerate(tokens):
        if ended and token.text not in _STOPS and token.text not in ('"', ")"):
            yield current
            current, ended = [], False
        current.append(token)
        ended = ended or (token.text in _STOPS and not _inside_word(tokens, index, words))
    if current:
        yield current


def _inside_word(tokens: list[Token], index: int, words: Words) -> bool:
    """Whether the stop at `index` belongs to an abbreviation, a number or a clock time."""
    token = tokens[index]
    if token.text != "." or index == 0 or token.end - token.start > 1:
        return False
    before = tokens[index - 1]
    if before.text in words.abbreviations:
        return True
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    return after is not None and after.start == token.end and after.is_word and before.end == token.start


def _chunks(tokens: list[Token], words: Words) -> Iterator[list[Token]]:
    """Pieces of at most `WINDOW_WORDS`, cut before the last joining word that leaves a fair piece."""
    while len(tokens) > WINDOW_WORDS:
        cut = _cut_at(tokens, words)
        yield tokens[:cut]
        tokens = tokens[cut:]
    if tokens:
        yield tokens


def _cut_at(tokens: list[Token], words: Words) -> int:
    for index in range(WINDOW_WORDS, _SHORTEST_CHUNK_WORDS, -1):
        if tokens[index].text in words.joints and len(tokens) - index >= _SHORTEST_CHUNK_WORDS:
            return index
    return WINDOW_WORDS
