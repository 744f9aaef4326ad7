"""Which single-byte codec a text is written in, by the letters of its words: the reading in which most words are words of one language."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Codecs bank files come in, the likeliest first; ISO 8859-1 is what of cp1252 it has.
CODECS = (
    "cp1252",
    "cp1257",
    "cp1250",
    "cp1251",
    "iso8859-15",
    "iso8859-13",
    "iso8859-2",
    "cp850",
    "cp775",
    "cp852",
    "cp437",
    "cp866",
    "koi8-r",
)
# The letters beyond ASCII of names and texts in each language, the most usual first.
_LANGUAGES = {
    "Lithuanian": "ėšžčūųąįę",
    "Latvian": "āēīšūņļčžķģ",
    "Estonian": "äõöüšž",
    "Polish": "łóąńęśżćź",
    "German": "üöäß",
    "French": "éèçôêâëïîàœùûü",
    "Spanish": "íáóéñúü",
    "Portuguese": "ãçáéíóõêâúàô",
    "Nordic": "øåäöæé",
    "Icelandic": "óðáíéþúöæý",
    "Dutch": "ëéïöü",
    "Italian": "òàìèùé",
    "Czech": "íáýřéšěčžůúťďňó",
    "Slovak": "áíýčéšžúľäňťôďóŕĺ",
    "Hungarian": "áéóöíőüúű",
    "Croatian": "ćčšžđ",
    "Romanian": "ăîâșțşţ",
    "Russian": "аеоинвртслкмдпуйягыбчзшьюжхщцэфёъ",
    "Belarusian": "аіневрткслоьмчуыдзпшгюяйбжўцхэфё",
    "Ukrainian": "аоинеікврлтсмдьпуяйчшзюбгжхїєцщфґ",
}
# ASCII letters a language has no use for, in a word with letters of its own.
_STRANGE = {
    "Lithuanian": "qwx",
    "Latvian": "qwxy",
    "Estonian": "cqwxyz",
    "Polish": "qvx",
    "Nordic": "qw",
    "Spanish": "kw",
    "Italian": "jkwxy",
}
_ALPHABETS = {
    name: {letter: 1 - 0.6 * n / len(letters) for n, letter in enumerate(letters)} | dict.fromkeys(_STRANGE.get(name, ""), -1.0)
    for name, letters in _LANGUAGES.items()
}
_CYRILLIC = frozenset({"Russian", "Belarusian", "Ukrainian"})
_LATIN = frozenset(_LANGUAGES) - _CYRILLIC
_WITH_LETTER = {
    letter: frozenset(name for name, letters in _LANGUAGES.items() if letter in letters) for letter in set("".join(_LANGUAGES.values()))
}
# Signs that stand in texts of banks; any other beyond ASCII is a sign of the wrong codec.
_SIGNS = frozenset("„“”‘’‚‛–—…€«»‹›§°№·•´£®©™º²³½¼ª\u00a0\u00ad")  # noqa: RUF001  they are meant as they are
_TOKEN = re.compile(rb"[A-Za-z']*[\x80-\xff][A-Za-z'\x80-\xff]*")
_WORD = re.compile(r"[^\W\d_]+")
MOST_TOKENS = 500
# What being known for a format is worth, against one for a text all of whose words are sound; and the order above.
_LIKELY, _ORDER = 0.05, 0.002


class Sample:
    """What of a text the choice rests on: its first few hundred different words with letters beyond ASCII, and every octet beyond ASCII."""

    def __init__(self) -> None:
        """Have seen nothing."""
        self.tokens: dict[bytes, None] = {}
        self.octets: set[int] = set()

    def add(self, block: bytes, beyond: bytes) -> None:
        """Look at a part of the text; `beyond` is what of it is no ASCII."""
        self.octets.update(beyond)
        if len(self.tokens) < MOST_TOKENS:
            self.tokens.update(dict.fromkeys(found[0] for found in _TOKEN.finditer(block)))


def likeliest(sample: Sample, likely: Sequence[str] = ()) -> str:
    """The codec of a text that is not UTF-8; those of `likely` are preferred where the letters hardly decide."""
    candidates = list(dict.fromkeys((*likely, *CODECS)))
    able = [codec for codec in candidates if _decodes(codec, sample.octets)] or candidates
    tokens = list(sample.tokens)[:MOST_TOKENS]

    def score(codec: str) -> float:
        return soundness(codec, tokens) + _LIKELY * (codec in likely) - _ORDER * candidates.index(codec)

    return max(able, key=score)


def _decodes(codec: str, octets: Collection[int]) -> bool:
    """Whether every octet is a character in it, and none a control character of ISO 6429, which no bank writes."""
    try:
        text = bytes(octets).decode(codec)
    except UnicodeDecodeError:
        return False
    return not any("\x80" <= letter <= "\x9f" for letter in text)


def soundness(codec: str, tokens: Sequence[bytes]) -> float:
    """How well the words read in a codec, at most 1: each counts as it fits a language, and that as others fit it, too."""
    if not tokens:
        return 0.0
    read = [token.decode(codec, "replace") for token in tokens]
    words = [fits(word) for text in read for word in _WORD.findall(text) if not word.isascii()]
    shares = Counter(language for fit in words for language in fit)
    sound = sum(
        max((worth * (0.3 + 0.7 * shares[language] / len(words)) for language, worth in fit.items()), default=-0.5) for fit in words
    )
    odd = sum(not (sign.isascii() or sign.isalpha() or sign in _SIGNS) for text in read for sign in text)
    return (sound - odd) / max(len(words), len(tokens))


def fits(word: str) -> dict[str, float]:
    """The languages a word may be of, and how usual its letters are there; none where capitals stand inside it."""
    lower = word.lower()
    if not (word == lower or word[1:] == lower[1:] or word == word.upper() or word.replace("ß", "").isupper()):
        return {}
    own = [letter for letter in lower if not letter.isascii()]
    languages = _LATIN if len(own) != len(lower) else frozenset(_LANGUAGES)
    for letter in own:
        languages &= _WITH_LETTER.get(letter, frozenset())
    found = {}
    for language in sorted(languages, key=list(_LANGUAGES).index):
        alphabet = _ALPHABETS[language]
        worth = sum(alphabet[letter] for letter in own) / len(own) + sum(alphabet.get(letter, 0) for letter in lower if letter.isascii())
        if worth > 0:
            found[language] = worth
    return found
