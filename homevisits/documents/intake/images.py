"""Photographs: opened, turned upright, made anew. What is kept holds the picture's points and nothing else: no place, no text."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from .errors import NotTaken
from .kinds import Kind

MAX_PIXELS = 60_000_000  # a tablet's camera makes 12 million, the largest telephone's 50
LONGEST_SIDE = 3000  # a page of A4 stays readable to its small print
_QUALITY = 88
_UNREADABLE = "The photograph cannot be opened: it is damaged, or not what its beginning says. Take it again."
_NO_HEIC = "Photographs in HEIC cannot be read on this server. Set the camera to “most compatible” (JPEG), or send a screenshot of it."


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    width: int
    height: int


def made_anew(content: bytes, kind: Kind) -> tuple[Kind, Picture]:
    """The picture made anew, as JPEG, or as PNG where it was one. Raises NotTaken for what cannot be opened or is too large."""
    from PIL import Image

    if kind is Kind.HEIC:
        _read_heic()
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _made(content, kind)
        except NotTaken:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise NotTaken(f"The photograph has more than {MAX_PIXELS // 1_000_000} million points. Make it smaller.") from error
        except Exception as error:  # a decoder fails on what is hostile in whatever way it likes
            raise NotTaken(_UNREADABLE) from error


def _made(content: bytes, kind: Kind) -> tuple[Kind, Picture]:
    from PIL import Image, ImageOps

    # By this one decoder and no other: a file that begins like a JPEG is not tried as anything else.
    decoder = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.HEIC: "HEIF"}[kind]
    with Image.open(io.BytesIO(content), formats=[decoder]) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise NotTaken(f"The photograph has {width:,} by {height:,} points, more than {MAX_PIXELS // 1_000_000} million.")
        if kind is Kind.JPEG:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        upright: Any = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    png = kind is Kind.PNG
    points = upright.convert("RGBA" if png and upright.mode in ("RGBA", "LA", "P", "PA") else "RGB")
    out = io.BytesIO()
    bare = Image.new(points.mode, points.size)
    bare.paste(points)
    if png:
        bare.save(out, "PNG", optimize=False)
    else:
        bare.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return (Kind.PNG if png else Kind.JPEG), Picture(out.getvalue(), *bare.size)


def _read_heic() -> None:
    """Teach Pillow to read HEIC, where the library is there."""
    try:
        from pi_heif import register_heif_opener
    except ImportError as error:
        raise NotTaken(_NO_HEIC) from error
    register_heif_opener()
