"""What is done to a policy: adopted, drafted, changed, signed, reviewed, read."""

from .adopting import adopt_preset
from .drafts import change_setting, change_settings, discard_draft, draft_version, set_details
from .reading import confirm_read
from .reviewing import mark_reminded, review
from .signing import holds, sign, sign_refusals

__all__ = [
    "adopt_preset",
    "change_setting",
    "change_settings",
    "confirm_read",
    "discard_draft",
    "draft_version",
    "holds",
    "mark_reminded",
    "review",
    "set_details",
    "sign",
    "sign_refusals",
]
