"""The month's two files on the page: tried together, confirmed once, mended and sent again; nothing of them stays behind."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from districts.jobs import running
from districts.jobs.models import Job
from partybuilding.appeals.importing.batches import confirm
from partybuilding.appeals.models import Appeal, AppealImport
from tests.cast import STREET, log_in
from tests.partybuilding.workbooks import CALLBACK, LEDGER, callback_row, ledger_row, sample, table, upload
from yuqiao_portal.job_kinds import KINDS


def run_jobs():
    for job in Job.objects.filter(state="waiting"):
        running.run(job.pk, KINDS)


@pytest.mark.django_db(transaction=True)
def test_both_files_are_tried_together_confirmed_once_and_leave_nothing_behind(client):
    from tests.cast import build_street

    street = build_street()
    log_in(client, street.people["office"])
    rows = [ledger_row(), ledger_row(number="BJ002", place="大柳树社区"), ledger_row()]
    page = upload(
        client, table(LEDGER, *rows), table(CALLBACK, callback_row(solved="是", satisfied="满意"), name="回访.xlsx")
    )
    batch = AppealImport.objects.get()
    assert page.redirect_chain[-1][0] == f"/appeals/import/{batch.pk}/"
    assert batch.found["counts"] == {"repeated": 1, "rows": 2, "new": 2, "unmatched": 1}
    assert Appeal.objects.count() == 0
    kept = str(list(batch.parts.values_list("rows", flat=True)))
    assert "路灯不亮" in kept
    assert "13812345678" not in kept
    client.post(f"/appeals/import/{batch.pk}/confirm/")
    client.post(f"/appeals/import/{batch.pk}/confirm/")
    assert Job.objects.count() == 1
    run_jobs()
    running.run(Job.objects.get().pk, KINDS)
    batch.refresh_from_db()
    assert (batch.state, batch.parts.count(), Appeal.objects.count()) == ("done", 0, 2)
    assert Appeal.objects.get(number="BJ001").outcome == "solved"
    page = client.get(f"/appeals/import/{batch.pk}/").content.decode()
    assert "已导入" in page
    again = upload(client, table(LEDGER, *rows))
    assert AppealImport.objects.first().found["counts"]["same"] == 2
    assert again.status_code == 200


def test_a_wrong_row_comes_back_in_a_file_to_mend_and_import_again(street, client):
    log_in(client, street.people["office"])
    upload(client, table(LEDGER, ledger_row(text="联系 13812345678"), ledger_row(number="BJ002", at="前天")))
    batch = AppealImport.objects.get()
    assert batch.state == "refused"
    with pytest.raises(ValidationError, match="不能再确认"):
        confirm(batch, street.people["office"])
    response = client.get(f"/appeals/import/{batch.pk}/faults/")
    book = load_workbook(io.BytesIO(response.content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][-1] == "问题"
    assert [row[-1] or "" for row in rows[1:]] == ["", "创建时间“前天”看不懂，请写成 2026-10-14 21:43。"]
    assert "13812345678" not in str(rows)
    for cell in book.active[3]:
        if cell.value == "前天":
            cell.value = "2026-10-02 09:00"
    content = io.BytesIO()
    book.save(content)
    upload(client, SimpleUploadedFile("改好.xlsx", content.getvalue()))
    mended = AppealImport.objects.first()
    assert (mended.state, mended.found["counts"]["new"]) == ("tried", 2)


def test_a_wrong_file_is_told_on_the_page(street, client):
    log_in(client, street.people["office"])
    page = client.post("/appeals/import/", {"files": [SimpleUploadedFile("图.xlsx", b"\x89PNG\x00\xff\xfe")]})
    assert (page.status_code, "不是 Excel 或 CSV 文件" in page.content.decode()) == (422, True)
    page = client.post("/appeals/import/", {})
    assert (page.status_code, "请选择文件。" in page.content.decode()) == (422, True)
    assert AppealImport.objects.count() == 0


def test_templates_are_files_that_import(street, client):
    log_in(client, street.people["office"])
    for shape, needed in [("ledger", "村/社区"), ("callbacks", "是否有效回访")]:
        book = load_workbook(io.BytesIO(client.get(f"/appeals/import/template/{shape}/").content))
        assert needed in [cell.value for cell in book.active[1]]
    assert client.get("/appeals/import/template/other/").status_code == 404


def test_the_samples_by_upload(street, client):
    root = street.units[STREET]
    type(root).objects.filter(pk=root.pk).update(name="玉桥街道党建工作协调委员会")
    log_in(client, street.people["office"])
    upload(client, sample("ledger"), sample("callbacks"))
    assert AppealImport.objects.get().found["counts"] == {
        "blank": 40,
        "repeated": 3,
        "rows": 600,
        "new": 600,
        "unmatched": 600,
    }
