"""The small drawings of the product as SVG markup: status shapes, icons, a school's crest. No inline styles: the policy forbids them."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

STATES = ("due", "open", "held", "done", "resting")

# Each state has its own outline, so that it is known without its colour: triangle, ring, two bars, tick, dash.
_STATUS = {
    "due": '<path d="M6 .8 11.6 11H.4z" fill="currentColor"/>',
    "open": '<circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="2.2"/>',
    "held": '<path d="M2 1h3v10H2zM7 1h3v10H7z" fill="currentColor"/>',
    "done": '<path d="m1.2 6.4 3.2 3.4 6.4-7.4" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/>',
    "resting": '<path d="M1 6h10" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>',
}

_ICONS = {
    "phone": '<path d="M3.2 1.5h2.6l1.2 3.2-1.7 1.4a8.4 8.4 0 0 0 4.6 4.6l1.4-1.7 3.2 1.2v2.6a1.4 1.4 0 0 1-1.5 1.4'
    'A11.6 11.6 0 0 1 1.8 3 1.4 1.4 0 0 1 3.2 1.5z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>',
    "info": '<circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    '<path d="M8 7.2v4M8 4.4v1.2" stroke="currentColor" stroke-width="1.8"/>',
    "success": '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
    '<path d="m4.6 8.3 2.3 2.4 4.5-5.2" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/>',
    "warning": '<path d="M8 1.2 15.2 14.4H.8z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/>'
    '<path d="M8 6v4M8 11.4v1.4" stroke="currentColor" stroke-width="1.7"/>',
    "error": '<path d="M8 .8 15.6 14.8H.4z" fill="currentColor"/><path d="M8 5.4v4.4M8 11.4V13" stroke="#fff" stroke-width="1.8"/>',
}

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}$")
_OWN_COLOUR = "#1d4f6e"


def status_shape(state: str) -> SafeString:
    """The outline of a state, 12 by 12, in the colour of the text. KeyError for a state that is none of `STATES`."""
    return mark_safe(f'<svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">{_STATUS[state]}</svg>')  # noqa: S308 (our own table)


def icon(name: str, size: int = 16) -> SafeString:
    """A small drawing beside words, in the colour of the text. KeyError for a name that is not drawn."""
    head = f'<svg width="{int(size)}" height="{int(size)}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
    return mark_safe(f"{head}{_ICONS[name]}</svg>")  # noqa: S308 (our own table)


def safe_colour(text: str) -> str:
    """`text` when it is a six-digit colour, else the product's own."""
    return text if _COLOUR.match(text or "") else _OWN_COLOUR


def ink_on(colour: str) -> str:
    """White or black, whichever reads better on `colour` (WCAG relative luminance): one of them always reaches 4.5."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"


def initials(name: str) -> str:
    """Up to two letters for a crest: the first letters of a school's first two words that begin with a capital."""
    words = [word for word in re.split(r"[\s-]+", name) if word[:1].isupper() and word.rstrip(".").lower() not in ("st", "the")]
    return "".join(word[0] for word in words[:2]) or name[:1].upper()


def crest(name: str, colour: str) -> SafeString:
    """A plain shield in the school's colour with its initials, 34 by 38; the name stands beside it, so it is hidden from readers."""
    ground = safe_colour(colour)
    return format_html(
        '<svg width="34" height="38" viewBox="0 0 34 38" aria-hidden="true" focusable="false">'
        '<path d="M2 2h30v18c0 8-6.4 13-15 16.4C8.4 33 2 28 2 20z" fill="{}" stroke="#ffffff" stroke-width="2"/>'
        '<text x="17" y="22" text-anchor="middle" font-size="14" font-weight="700" fill="{}">{}</text></svg>',
        ground,
        ink_on(ground),
        initials(name),
    )


def stripe(colour: str) -> SafeString:
    """The line under the header in the school's colour."""
    return format_html(
        '<svg class="stripe" viewBox="0 0 10 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="10" height="1" fill="{}"/></svg>',
        safe_colour(colour),
    )
