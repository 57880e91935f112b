"""A backup is everything, byte for byte, and nobody without the key can make or change one."""

import hashlib
import io
import json
import stat
import zipfile

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import FileField
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.files.attachments import keep_file
from districts.trail.models import Event
from districts.trail.triggers import drop_triggers
from partybuilding.appeals.exclusions.actions import ask_exclusion
from partybuilding.assessment.models import Adjustment, ScoreSheet, Settlement
from partybuilding.assessment.objections.actions import raise_objection
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.settling import actions as settling
from partybuilding.matters.circulars.actions import send
from tests.cast import build_street, make_appeal, make_log, make_order, month_before_last, seed_scheme
from tests.processes import backed_up, contents, manage
from yuqiao_portal.operations import archive as archives
from yuqiao_portal.operations.archive import SEAL, BackupRefused, read_manifest

pytestmark = pytest.mark.django_db(transaction=True)


def on_a_log(street):
    return make_log(street).attachments


def on_an_exclusion(street):
    given = {"reason": "outside", "note": "不在辖区"}
    return ask_exclusion(make_appeal(street), street.people["secretary"], **given).evidence


def on_an_objection(street):
    sheet = a_sheet(street)
    given = {"indicator": "orders_on_time", "text": "两件已延期"}
    return raise_objection(sheet, street.people["secretary"], **given).evidence


def on_an_adjustment(street):
    sheet = a_sheet(street)
    given = {"kind": "bonus", "points": 100, "reason": "获表扬"}
    return Adjustment.objects.create(period=sheet.period, unit=sheet.unit, **given).evidence


def on_an_order(street):
    return make_order(street).files


def on_a_circular(street):
    words = {"title": "寒潮提醒", "content": "今夜降温。", "last_on": timezone.localdate()}
    return send(
        street.people["secretary"], unit=street.units["东一社区"], units=[street.units["东一支部"]], **words
    ).files


# Where a file of each model hangs. A new model that can hold a file has a line here.
HOLDERS = {
    "partybuilding.logattachment": on_a_log,
    "partybuilding.exclusionevidence": on_an_exclusion,
    "partybuilding.objectionevidence": on_an_objection,
    "partybuilding.adjustmentevidence": on_an_adjustment,
    "partybuilding.orderfile": on_an_order,
    "partybuilding.circularfile": on_a_circular,
}


def a_sheet(street):
    """东一社区's, in a month that is being checked."""
    month = month_before_last()
    found = ScoreSheet.objects.filter(unit__name="东一社区", period__ends_on=month)
    if not found.exists():
        seed_scheme()
        roll_up(f"{month:%Y-%m}")
        settlement = Settlement.objects.select_related("period", "version").get(street__name__startswith="槐花")
        settling.publish(settlement, street.people["office"])
    return found.select_related("unit", "settlement", "period").get()


def a_street_with_every_kind_of_file():
    """{label of the model: the stored file's row}."""
    street = build_street()
    return {
        label: keep_file(
            hang(street),
            "pdf",
            ContentFile(f"%PDF-1.4 {label}".encode(), name="证.pdf"),
            name="证.pdf",
            by=street.people["secretary"],
        )
        for label, hang in HOLDERS.items()
    }


def test_every_model_that_can_hold_a_file_is_known_here():
    """And keeps it in the one store, which lies outside every folder that a web server serves."""
    holding = {
        model._meta.label_lower: field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField)
    }
    assert holding.keys() == HOLDERS.keys()
    assert {field.storage.location for field in holding.values()} == {str(settings.DATA_DIR / "attachments")}


def test_files_of_every_model_are_restored_byte_for_byte(elsewhere, tmp_path):
    kept = a_street_with_every_kind_of_file()
    path = backed_up(tmp_path / "one")
    there = {"DATABASE_URL": elsewhere, "DATA_DIR": str(tmp_path / "there"), "ANCHOR_DIR": str(tmp_path / "there")}
    said = manage("restore", str(path), **there)
    assert "6 个附件" in said.stdout
    assert said.stderr == ""
    for label, row in kept.items():
        assert (tmp_path / "there" / "attachments" / row.file.name).read_bytes() == f"%PDF-1.4 {label}".encode()


def test_what_is_missing_is_named_when_saved_and_when_restored(prepared, tmp_path):
    kept = a_street_with_every_kind_of_file()
    gone, changed = kept["partybuilding.objectionevidence"], kept["partybuilding.logattachment"]
    gone.file.storage.delete(gone.file.name)
    with open(changed.file.path, "wb") as file:
        file.write(b"%PDF-1.4 something else")
    labels = {f"日志附件 {changed.pk}（{changed.file.name}）", f"异议佐证 {gone.pk}（{gone.file.name}）"}
    saved = manage("backup", str(tmp_path / "one"))
    assert set(saved.stderr.splitlines()) == {f"警告：{name} 的文件不在磁盘上，或内容已不是原来的。" for name in labels}
    there = {
        "DATABASE_URL": prepared("there"),
        "DATA_DIR": str(tmp_path / "there"),
        "ANCHOR_DIR": str(tmp_path / "there"),
    }
    restored = manage("restore", str(next((tmp_path / "one").iterdir())), **there)
    assert set(restored.stderr.splitlines()) == {f"警告：{name} 的文件不在备份里。" for name in labels}
    assert "4 个附件" in restored.stdout


def test_only_its_owner_may_read_it_and_it_holds_no_second_factor(tmp_path):
    street = build_street()
    TOTPDevice.objects.create(user=street.people["sysadmin"], confirmed=True, name="手机")
    path = backed_up(tmp_path / "one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [name for name in contents(path) if "totp" in name or "session" in name]


def resealed(path, change):
    """The file of a forger: rows changed, everything that needs no key made anew."""
    forged = path.with_name("forged.backup")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        new.comment = old.comment
    return forged


def promoted(name, data):
    return data.replace(b"worker", b"leader") if name == "rows/districts.appointment.jsonl" else data


def test_a_post_changed_in_the_file_is_refused_however_it_is_sealed(tmp_path):
    build_street()
    path = backed_up(tmp_path / "one")
    forged = resealed(path, promoted)
    with pytest.raises(BackupRefused, match="封印不符"):
        read_manifest(forged)
    with pytest.raises(BackupRefused, match="封印不符"):
        read_manifest(forged, without_seals=True)
    as_before = as_the_first_form(forged)
    with pytest.raises(BackupRefused, match="封印没有密钥，不能证明它没有被改动过"):
        read_manifest(as_before)


def as_the_first_form(path):
    """The same, sealed as the first form was: by a digest without a key."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"0" * SEAL
    whole = path.read_bytes()[:-SEAL]
    path.write_bytes(whole + hashlib.sha256(whole).hexdigest().encode())
    return path


def test_a_backup_under_a_lost_key_is_refused_before_a_row_is_written_and_by_the_flag_begins_a_new_trail(
    prepared, tmp_path
):
    a_street_with_every_kind_of_file()
    path = backed_up(tmp_path / "one")
    there = {
        "DATABASE_URL": prepared("there"),
        "DATA_DIR": str(tmp_path / "there"),
        "ANCHOR_DIR": str(tmp_path / "there"),
    }
    there["DJANGO_SECRET_KEY"] = "another-key-" * 5
    refused = manage("restore", str(path), check=False, **there)
    assert (refused.returncode, "这份备份是用另一把密钥封的，没有恢复。" in refused.stderr) == (1, True)
    taken = manage("restore", str(path), "--without-seals", **there)
    assert "不能证明这份备份在保存期间没有被改动过" in taken.stderr
    assert "审计记录从头记起" in taken.stderr
    assert "6 个附件" in taken.stdout
    assert "审计记录完好，共 1 条。" in manage("verify_log", **there).stdout
    (old,) = (tmp_path / "there").glob("trail-until-*.jsonl")
    assert old.read_bytes() == contents(path)["rows/districts.event.jsonl"]


def test_a_file_of_a_later_form_is_refused_in_words(tmp_path):
    build_street()
    path = tmp_path / "later.backup"
    with archives.sealed_archive(path) as archive:
        archive.writestr(archives.MANIFEST, json.dumps({"format": 3}))
    with pytest.raises(BackupRefused, match="备份的格式是第 3 版，本程序只认到第 2 版，请先升级程序"):
        read_manifest(path)


def test_a_file_that_is_no_backup_is_refused_in_words(tmp_path):
    path = tmp_path / "x.backup"
    path.write_bytes(io.BytesIO(b"x" * 500).getvalue())
    with pytest.raises(BackupRefused, match="封印不符"):
        read_manifest(path, without_seals=True)
    path.write_bytes(b"x")
    with pytest.raises(BackupRefused, match="文件太短"):
        read_manifest(path)


def test_what_the_flag_takes_without_proof_is_still_whole(tmp_path, settings):
    build_street()
    path = backed_up(tmp_path / "one")
    cut = path.with_name("cut.backup")
    cut.write_bytes(path.read_bytes()[:300] + path.read_bytes()[-100:])
    flipped = path.with_name("flipped.backup")
    flipped.write_bytes(as_the_first_form(resealed(path, lambda _, data: data)).read_bytes().replace(b"PK", b"KP", 1))
    with pytest.raises(BackupRefused, match="封印不符"):
        read_manifest(flipped, without_seals=True)
    settings.TRAIL_KEY = "another-key-" * 5
    with pytest.raises(BackupRefused, match="用另一把密钥封的"):
        read_manifest(path)
    with pytest.raises(BackupRefused, match="封印不符"):
        read_manifest(cut, without_seals=True)


def test_a_file_with_fewer_rows_than_it_says_is_not_restored(prepared, tmp_path):
    build_street()
    path, fewer = backed_up(tmp_path / "one"), tmp_path / "fewer.backup"
    with zipfile.ZipFile(path) as whole, archives.sealed_archive(fewer) as archive:
        for name in whole.namelist():
            data = whole.read(name)
            archive.writestr(
                name, data[: data.rindex(b"\n", 0, -1) + 1] if name == "rows/districts.unit.jsonl" else data
            )
    there = {
        "DATABASE_URL": prepared("there"),
        "DATA_DIR": str(tmp_path / "there"),
        "ANCHOR_DIR": str(tmp_path / "there"),
    }
    refused = manage("restore", str(fewer), check=False, **there)
    assert (refused.returncode, "districts.unit 应有 13 行，实有 12 行，没有恢复。" in refused.stderr) == (1, True), (
        refused.stderr
    )


def test_a_trail_that_was_broken_before_it_was_saved_is_restored_by_the_flag_alone(prepared, tmp_path):
    build_street()
    drop_triggers(connection)
    Event.objects.filter(serial=3).update(subject="改过")
    path = backed_up(tmp_path / "one")
    there = {
        "DATABASE_URL": prepared("there"),
        "DATA_DIR": str(tmp_path / "there"),
        "ANCHOR_DIR": str(tmp_path / "there"),
    }
    refused = manage("restore", str(path), check=False, **there)
    assert (refused.returncode, "没有恢复" in refused.stderr) == (1, True)
    assert "审计记录从头记起" in manage("restore", str(path), "--without-seals", **there).stderr
