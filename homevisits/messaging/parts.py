"""How many parts a text is paid for, and why. Plain values; no database."""

from dataclasses import dataclass

# GSM 03.38: the basic alphabet, and the characters that take two places (domain.md, GOV.UK Notify).
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = set("[]{}^\\|~€")


@dataclass(frozen=True)
class Parts:
    """What a text comes to: `length` in places, `parts` to pay for, and the characters that force the short alphabet."""

    length: int
    parts: int
    forcing: tuple[str, ...]

    @property
    def limit(self) -> int:
        """The places that this number of parts holds."""
        one, more = (70, 67) if self.forcing else (160, 153)
        return one if self.parts <= 1 else more * self.parts


def count_parts(text: str) -> Parts:
    """Count a text: 160, 306, 459 places in the GSM alphabet, 70, 134, 201 when any character is outside it."""
    forcing = tuple(sorted({char for char in text if char not in _GSM and char not in _DOUBLE}))
    if forcing:
        length, one, more = len(text.encode("utf-16-le")) // 2, 70, 67
    else:
        length, one, more = len(text) + sum(char in _DOUBLE for char in text), 160, 153
    parts = 1 if length <= one else -(-length // more)
    return Parts(length=length, parts=parts, forcing=forcing)
