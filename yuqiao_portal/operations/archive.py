"""The file that a backup is: a zip whose comment seals every byte before it with the trail's key.

The comment of the present form is `2:<which key>:<seal>`; of the first form it was a SHA-256 without a key, which whoever
changes the file can make anew.
"""

import hashlib
import hmac
import io
import json
import os
import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FORMAT = 2
MANIFEST, ANCHORS, ARCHIVES, FILES = "manifest.json", "trail-anchors.txt", "trail/", "attachments/"
SEAL = 64  # hexadecimal digits at the end of the file, of either form
_COMMENT = re.compile(rb"2:([0-9a-f]{16}):([0-9a-f]{64})")
_COMMENT_SIZE = 2 + 16 + 1 + SEAL
CHUNK = 1 << 20

DAMAGED = "备份文件不完整或被改动过（封印不符），不能恢复。请换一份备份。"
OTHER_KEY = (
    "这份备份是用另一把密钥封的，没有恢复。请把原来的 DJANGO_SECRET_KEY、TRAIL_KEY 一并带来再恢复；"
    "原来的密钥确已丢失时，加 --without-seals 恢复：不能再证明它没有被改动过，审计记录从头记起。"
)
FIRST_FORM = (
    "这份备份是旧版程序做的，封印没有密钥，不能证明它没有被改动过，没有恢复。"
    "确实要用它，请加 --without-seals：审计记录与现在的密钥对不上时从头记起。"
)


class BackupRefused(Exception):
    """The message is a Chinese sentence for the operator."""


@dataclass(frozen=True)
class _Seal:
    """What the end of the file says: which key, the seal, and where what is sealed ends. No key in the first form."""

    key: bytes | None
    digits: bytes
    end: int


@contextmanager
def sealed_archive(path):
    """Give a ZipFile to write, which only its owner may read; sealed and on the disk when the block is left."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            yield archive
            archive.comment = b"0" * _COMMENT_SIZE
        end = file.seek(-SEAL, io.SEEK_END)
        file.seek(-_COMMENT_SIZE, io.SEEK_END)
        file.write(b"2:" + _which_key() + b":")
        file.write(_sealed(file, end))
        file.flush()
        os.fsync(file.fileno())


def read_manifest(path, *, without_seals=False):
    """What a backup holds. Raises BackupRefused where a byte is missing or changed, or where nothing proves that none is.

    `without_seals` takes what cannot be proved; a file that proves to be damaged is refused all the same.
    """
    path = Path(path)
    if not path.is_file():
        raise BackupRefused(f"找不到备份文件 {path}。")
    _check_seal(path, without_seals)
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise BackupRefused(DAMAGED) from None
    if manifest["format"] > FORMAT:
        raise BackupRefused(f"备份的格式是第 {manifest['format']} 版，本程序只认到第 {FORMAT} 版，请先升级程序。")
    return manifest


def _check_seal(path, without_seals):
    with path.open("rb") as file:
        seal = _seal_of(file)
        if seal.key is None:
            if _digest(file, seal.end) != seal.digits:
                raise BackupRefused(DAMAGED)
            if not without_seals:
                raise BackupRefused(FIRST_FORM)
        elif seal.key != _which_key():
            if not without_seals:
                raise BackupRefused(OTHER_KEY)
        elif not hmac.compare_digest(_sealed(file, seal.end), seal.digits):
            raise BackupRefused(DAMAGED)


def _seal_of(file):
    size = file.seek(0, io.SEEK_END)
    if size <= _COMMENT_SIZE:
        raise BackupRefused("文件太短，不是完整的备份。")
    file.seek(-_COMMENT_SIZE, io.SEEK_END)
    comment = file.read()
    found = _COMMENT.fullmatch(comment)
    return _Seal(found[1] if found else None, comment[-SEAL:], size - SEAL)


def _which_key():
    """Sixteen digits that tell one key from another and give nothing of it away."""
    return hmac.new(settings.TRAIL_KEY.encode(), b"which key", hashlib.sha256).hexdigest()[:16].encode()


def _sealed(file, end):
    """The keyed digest of a file up to `end`, as 64 hexadecimal digits."""
    return _digest(file, end, hmac.new(settings.TRAIL_KEY.encode(), b"backup\0", hashlib.sha256))


def _digest(file, end, digest=None):
    digest = digest or hashlib.sha256()
    file.seek(0)
    while (left := end - file.tell()) > 0:
        digest.update(file.read(min(CHUNK, left)))
    return digest.hexdigest().encode()
