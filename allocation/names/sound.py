"""How a name sounds: syllables without tones, for names typed by pinyin. The one importer of pypinyin.

Each character is read by itself: a reading that hung on its neighbours would change with a slip there.
"""

from functools import lru_cache
from typing import Final

from pypinyin import Style, pinyin

_HEADS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_TAILS: Final = (("ang", "an"), ("eng", "en"), ("ing", "in"))
"""What many do not hear apart, so an officer who types by ear writes the one for the other."""


@lru_cache(maxsize=8_192)
def readings(character: str) -> tuple[str, ...]:
    """Return every syllable that a character has (行: xing, hang), the usual first; else itself."""
    usual = pinyin(character, style=Style.NORMAL)[0]
    others = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return (*usual, *(found for found in others if found not in usual))


def blurred(syllable: str) -> str:
    """Return a syllable without what many do not hear apart (zhang, zan)."""
    for wide, narrow in _HEADS:
        if syllable.startswith(wide):
            syllable = narrow + syllable[len(wide) :]
    for wide, narrow in _TAILS:
        if syllable.endswith(wide):
            syllable = syllable[: -len(wide)] + narrow
    return syllable


def heard(text: str) -> str:
    """Return how a text sounds to somebody who hears no tones and blurs what is close."""
    return " ".join(blurred(readings(character)[0]) for character in text)


def sound_alike(one: str, other: str) -> bool:
    """Tell whether two characters share a reading, blurred."""
    return bool({blurred(sound) for sound in readings(one)} & {blurred(sound) for sound in readings(other)})
