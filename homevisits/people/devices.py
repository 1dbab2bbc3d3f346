"""What a device is, in words that people recognise it by."""

MAKES = (("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"), ("Mac", "Mac"))
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


def device_words(agent: str) -> str:
    """What a device is, as its browser says: “iPad, Safari”. An iPad may call itself a Mac."""
    make = next((words for sign, words in MAKES if sign in agent), "Device")
    browser = next((words for sign, words in BROWSERS if sign in agent), "")
    return f"{make}, {browser}" if browser else make
