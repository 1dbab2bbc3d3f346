"""What documents need of templates."""

import unicodedata

from django import template

from homevisits.common.phone import shown

register = template.Library()
_RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO"}


@register.filter
def isolated(text: object) -> str:
    """A name set apart from the words around it, so that one written from right to left does not reorder them (Unicode isolates)."""
    words = str(text)
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words):
        return f"\u2068{words}\u2069"
    return words


@register.filter
def one_line(address: str) -> str:
    """An address of several lines as one, with commas."""
    return ", ".join(line.strip(" ,") for line in address.splitlines() if line.strip(" ,"))


@register.filter
def dialled(number: str) -> str:
    """An E.164 number as people dial it in England."""
    return shown(number)
