"""A sweep of the imports: private texts in every column of both files; none of them is stored, shown or logged."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from districts.jobs import running
from districts.jobs.models import Job
from partybuilding.appeals.by_hand import register, switch
from partybuilding.appeals.importing.batches import empty_waiting, template_columns
from partybuilding.appeals.importing.writing import ImportRefused, clean_file, import_files
from partybuilding.appeals.models import Appeal, AppealImport, AppealImportPart
from tests.cast import STREET, build_street, log_in
from tests.partybuilding.workbooks import LEDGER, ledger_row, table, upload
from tests.privacy import everything_stored, leaks, texts_of_file
from yuqiao_portal.job_kinds import KINDS

CALLER = "欧阳明月"
PLANTED = {
    "证件号": "11010519491231002X",
    "电话": "13812345678",
    "座机": "010-61234567",
    "银行卡": "6222021234567890128",
    "门牌": "6号楼3门402",
    "姓名": CALLER,
}
ALL = "，".join(PLANTED.values())
USUAL = {
    "工单编号": "BJ001",
    "创建时间": "2026-10-02 08:00",
    "是否有效回访": "是",
    "是否联系": "是",
    "来电人": CALLER,
    "主要内容": "路灯",
}
CHOSEN = {
    "紧急程度": "",
    "派单时间": "",
    "是否解决": "",
    "是否满意": "",
    "办结时间": "2026-10-03 08:00",
    "被反映街乡镇": "槐花街道",
}
UNREAD = f"街道备注{PLANTED['电话']}{CALLER}"


def heads_of(shape):
    """Those of the template, with a caller and with a column that no import reads."""
    return [*dict.fromkeys([*template_columns(shape), "来电人", "来电人电话"]), UNREAD]


def good_rows(shape):
    heads = heads_of(shape)
    return [heads, [(USUAL | CHOSEN).get(head, ALL) for head in heads]]


def faulty_rows(shape):
    """For each column a row with everything in it, and one for each of them alone; all the rest as it should be."""
    heads = heads_of(shape)
    cells = [(head, text) for head in heads for text in (ALL, *PLANTED.values())]
    rows = [[(USUAL | CHOSEN | {head: text, "来电人": CALLER}).get(h, "x") for h in heads] for head, text in cells]
    return [heads, *rows, [(USUAL | {"创建时间": ""}).get(h, ALL) for h in heads]]


def as_csv(rows, name):
    return SimpleUploadedFile(name, "\n".join(",".join(map(str, row)) for row in rows).encode())


def as_book(rows, name):
    return table(*rows, name=name, sheet=f"{CALLER}{PLANTED['电话']}")


def pages_of(client, batch):
    """(place, text) of what the office sees of a batch."""
    yield "batch", client.get(f"/appeals/import/{batch.pk}/").content.decode()
    yield "imports", client.get("/appeals/import/").content.decode()
    yield "list", client.get("/appeals/").content.decode()
    if batch.state == "refused":
        yield from texts_of_file("to mend", client.get(f"/appeals/import/{batch.pk}/faults/").content)


@pytest.mark.parametrize("shape", ["ledger", "callbacks"])
@pytest.mark.parametrize("write", [as_book, as_csv])
def test_nothing_private_of_a_refused_file_is_stored_or_shown(street, client, caplog, shape, write):
    log_in(client, street.people["office"])
    ending = "xlsx" if write is as_book else "csv"
    upload(client, write(faulty_rows(shape), f"{CALLER}{PLANTED['证件号']} {PLANTED['电话']}.{ending}"))
    batch = AppealImport.objects.get()
    assert (batch.state, AppealImportPart.objects.count()) == ("refused", 1)
    assert len(batch.found["faults"]) > len(PLANTED)
    assert leaks(PLANTED, everything_stored()) == []
    assert leaks(PLANTED, [*pages_of(client, batch), ("log", caplog.text)]) == []


@pytest.mark.parametrize("content", [None, b"not a workbook"])
def test_a_file_that_is_read_from_the_shell_has_a_name_without_personal_numbers(street, content):
    file = as_book(good_rows("ledger"), f"{PLANTED['证件号']} {PLANTED['电话']}.xlsx")
    if content:
        file = SimpleUploadedFile(file.name, content)
    try:
        said = clean_file(file, street.units[STREET]).name
    except ValidationError as refusal:
        said = refusal.messages[0]
    assert ("［证件号］ ［电话］.xlsx" in said, leaks(PLANTED, [("said", said)])) == (True, [])


@pytest.mark.django_db(transaction=True)
def test_nothing_private_of_an_imported_file_is_stored_or_shown(client, caplog):
    street = build_street()
    log_in(client, street.people["office"])
    for shape in ("ledger", "callbacks"):
        upload(client, as_book(good_rows(shape), f"{CALLER}{PLANTED['电话']}.xlsx"))
        batch = AppealImport.objects.first()
        assert batch.state == "tried"
        assert leaks(PLANTED, everything_stored()) == []
        client.post(f"/appeals/import/{batch.pk}/confirm/")
        running.run(Job.objects.get(state="waiting").pk, KINDS)
        batch.refresh_from_db()
        assert batch.state == "done"
        assert leaks(PLANTED, [*everything_stored(), *pages_of(client, batch), ("log", caplog.text)]) == []
    assert Appeal.objects.get().caller == "欧**"
    page = client.get(f"/appeals/{Appeal.objects.get().pk}/").content.decode()
    assert "［银行卡］" in page
    assert leaks(PLANTED, [("appeal", page)]) == []


def test_nothing_private_of_what_is_registered_by_hand_is_stored(street):
    office, root = street.people["office"], street.units[STREET]
    switch(root, office, is_by_hand=True)
    texts = dict.fromkeys(["title", "content", "place", "spot", "company", "labels"], ALL)
    register(root, office, {"called_at": "2026-10-02 08:00", "caller": CALLER, "caller_number": "13812345678", **texts})
    assert Appeal.objects.get().caller_number == "****5678"
    assert leaks(PLANTED, everything_stored()) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("11010519491231002X", "工单编号像身份证号，不保存。请核对是否填错了列，改为工单自己的编号。"),
        ("138-1234-5678", "工单编号像电话号码，不保存。请核对是否填错了列，改为工单自己的编号。"),
        (13812345678, "工单编号像电话号码，不保存。请核对是否填错了列，改为工单自己的编号。"),
        ("6222021234567890128", "工单编号像银行卡号，不保存。请核对是否填错了列，改为工单自己的编号。"),
    ],
)
def test_a_number_of_a_person_is_no_number_of_a_work_order(street, number, said):
    with pytest.raises(ImportRefused) as refused:
        import_files([table(LEDGER, ledger_row(number=number))], street.units[STREET])
    assert refused.value.faults[0][2] == [said]


def test_a_work_order_may_have_eighteen_digits(street):
    import_files([table(LEDGER, ledger_row(number="202611020000000123"))], street.units[STREET])
    assert Appeal.objects.get().number == "202611020000000123"


def test_the_file_to_mend_is_the_offices_own(street, client):
    """Number, time, caller and telephone as they are kept, and the columns that no import reads."""
    log_in(client, street.people["office"])
    heads = ["序号", *LEDGER, "督办意见"]
    rows = [
        ["1", *ledger_row(at="2026年10月2日 8时0分"), "联系13912345678"],
        ["2", *ledger_row(number="BJ2", at="前天"), "无"],
    ]
    upload(client, table(heads, *rows))
    address = f"/appeals/import/{AppealImport.objects.get().pk}/faults/"
    mended = list(load_workbook(io.BytesIO(client.get(address).content)).active.iter_rows(values_only=True))
    assert mended[0] == ("序号", *LEDGER[:6], "督办意见", "问题")
    assert mended[1][:5] == ("1", "BJ001", "路灯不亮", "2026-10-02 08:00:00", "东一社区")
    assert mended[1][5:] == ("王**", "****5678", "联系［电话］", None)
    assert mended[2][3] == "前天"


def test_a_form_of_address_and_a_company_are_no_names(street):
    said = "居民王先生和玉桥物业公司都说过"
    rows = [
        [*ledger_row(number=f"BJ{n}", text=said)[:4], who, "", "", ""]
        for n, who in enumerate(["王先生", "居民", "玉桥物业公司"])
    ]
    import_files([table(LEDGER, *rows)], street.units[STREET])
    assert set(Appeal.objects.values_list("content", flat=True)) == {said}


def test_what_keeps_its_number_only_keeps_no_unread_column_in_a_file_to_mend(street, client):
    log_in(client, street.people["office"])
    upload(
        client, table([*LEDGER, "督办意见"], [*ledger_row(), "原话"], [*ledger_row(number="BJ2", at="前天"), "另一件"])
    )
    empty_waiting(street.units[STREET], "BJ001")
    kept = str(AppealImportPart.objects.get().rows)
    assert ("原话" in kept, "另一件" in kept) == (False, True)
