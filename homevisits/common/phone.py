"""Telephone numbers: E.164 in the database, as people write them on screen."""

import re

import phonenumbers

# Ofcom keeps these for drama. The metadata calls them invalid; demo and tests use no others.
_DRAMA = re.compile(r"\+44(7700900\d{3}|1632960\d{3}|2079460\d{3}|1134960\d{3}|1214960\d{3}|1614960\d{3}|8081570\d{3})$")


def e164(text: str) -> str:
    """`text` as E.164, for example `+447700900001`; an empty string for an empty one.

    Raises ValueError with a sentence when it is no telephone number. A number without a country is British.
    """
    text = text.strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"“{text}” is not a telephone number.") from error
    formatted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not (_DRAMA.match(formatted) or phonenumbers.is_valid_number(number)):
        raise ValueError(f"“{text}” is not a telephone number that can be rung.")
    return formatted


def takes_texts(number: str) -> bool:
    """Whether a text reaches this E.164 number: a mobile, or a foreign number that may be one."""
    if not number:
        return False
    if re.match(r"\+447700900\d{3}$", number):
        return True
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def shown(number: str) -> str:
    """An E.164 number as it is dialled in England: `07700 900001`; a foreign one with its country."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if parsed.country_code == 44 else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def digits(number: str) -> str:
    """An E.164 number as its bare national digits, `07700900001`; a foreign one as E.164."""
    return "0" + number[3:] if number.startswith("+44") else number
