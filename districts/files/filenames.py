"""Names of files as they are offered: the ending says what was checked, and nothing in a name misleads a reader or a system."""

import re
import unicodedata

LONGEST_NAME, MOST_NAME_BYTES = 120, 240  # what the column takes; what a file system takes, less a little

_ENDING = re.compile(r"\.(?=[\w-]*[a-z])[a-z0-9_-]{1,20}$", re.IGNORECASE)

_MISLEADING = re.compile(
    r"\.(pdf|docx?|docm|xlsx?|xlsm|pptx?|jpe?g|png|webp|gif|zip|rar|html?|svg|exe|com|scr|bat|cmd|pif|cpl|msi|dll|jar"
    r"|js|jse|vbs|vbe|wsf|wsh|hta|lnk|url|ps1|reg|app|sh|py)$",
    re.IGNORECASE,
)

_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)

_BARRED = re.compile(r'[<>:"|?*]')


def served_name(name, ending, *, otherwise="附件"):
    """`name` as a harmless one whose ending is `ending` (without a dot), whatever it was; at most 120 characters.

    A stem that is a device of Windows gets an underscore; one with nothing left is `otherwise`.
    """
    stem = _without_endings(_visible(name))
    stem = _BARRED.sub("_", stem).lstrip(". ")
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return f"{_shortened(stem, len(ending) + 1) or otherwise}.{ending}"


def _visible(name):
    """The last part of a path, without control, direction and other signs that are not seen."""
    last = re.split(r"[\\/]", name)[-1]
    seen = (" " if sign.isspace() else sign for sign in last if sign.isspace() or _is_seen(sign))
    return unicodedata.normalize("NFC", "".join(seen)).strip()


def _is_seen(sign):
    """Private and not yet assigned signs are: rare characters of names are among them."""
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}


def _without_endings(stem):
    """The ending goes, and before it every one that a reader might take for the file's own."""
    stem = stem.rstrip(". ")
    stem = _ENDING.sub("", stem).rstrip(". ")
    while _MISLEADING.search(stem):
        stem = _MISLEADING.sub("", stem).rstrip(". ")
    return stem


def _shortened(stem, room):
    stem = stem[: LONGEST_NAME - room]
    return stem.encode()[: MOST_NAME_BYTES - room].decode(errors="ignore").rstrip(". ")
