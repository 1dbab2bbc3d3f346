"""Secrets that lie in the database are locked: a copy of it alone opens none of them."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def lock(purpose: str) -> MultiFernet:
    """The lock of one purpose, under a key made from SECRET_KEY: the newest key locks, the former ones still open.

    Opening raises InvalidToken when SECRET_KEY was changed without keeping the former one in SECRET_KEY_FALLBACKS.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"{purpose} {key}".encode()).digest())) for key in keys])


def hash_of(secret: str) -> str:
    """How a secret that only somebody else keeps is recognised: SHA-256, hex."""
    return sha256(secret.encode()).hexdigest()
