"""What documents need of templates."""

import unicodedata

from django import template

register = template.Library()
_RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO"}


@register.filter
def isolated(text: object) -> str:
    """A name set apart from the words around it, so that one written from right to left does not reorder them (Unicode isolates)."""
    words = str(text)
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words):
        return f"\u2068{words}\u2069"
    return words
