"""运行情况月报: each sentence with the way to its records, the same figures in Word and Excel, for whoever sees the street."""

import io
from datetime import date

import pytest
import time_machine
from docx import Document
from openpyxl import load_workbook

from partybuilding.assessment.models import Adjustment, ScoreSheet
from partybuilding.assessment.rollup.run import roll_up
from tests.cast import log_in, make_appeal, use_scheme
from tests.partybuilding.months import make_case


@pytest.fixture
def month(street):
    use_scheme([("orders_on_time", 60, 50, 100), ("appeals_resolution", 40, 50, 100)])
    for unit, reported in (("东一社区", 10), ("东一社区", 12), ("东二社区", None)):
        make_case(street, unit, due=20, reported=reported)
    for when, outcome in ((date(2026, 9, 5), "solved"), (date(2026, 10, 5), "unsolved"), (date(2026, 10, 6), "solved")):
        make_appeal(street, "东一社区", is_valid=True, outcome=outcome, called_on=when)
    with time_machine.travel("2026-11-03 09:00+08:00"):
        roll_up("2026-09"), roll_up("2026-10")
        sheet = ScoreSheet.objects.get(unit__name="东一社区", period__code="2026-10")
        for kind, points in (("bonus", 250), ("veto", 0)):
            Adjustment.objects.create(
                period=sheet.period, unit=sheet.unit, kind=kind, points=points, reason="测", state="approved"
            )
        kept = ("槐花街道党建工作协调委员会", {"is_recused": True})  # from whom it is about: in no count
        for unit, fields in (("东一社区", {}), kept):
            make_appeal(street, unit, is_valid=True, is_excluded=True, called_on=date(2026, 10, 7), **fields)
        roll_up("2026-10")
    Adjustment.objects.create(
        period=sheet.period, unit=sheet.unit, kind="bonus", points=300, reason="没有计入的", state="approved"
    )
    return street


def test_the_sentences_and_where_they_lead(month, client):
    log_in(client, month.people["leader"])
    response = client.get("/standings/2026-10/report/")
    sheets = {s.unit.name: s.pk for s in ScoreSheet.objects.filter(period__code="2026-10").select_related("unit")}
    said = {"".join(text for text, _ in pieces): pieces for _, some in response.context["parts"] for _, pieces in some}
    orders, appeals = (
        "/orders/?due_since=2026-10-01&due_until=2026-10-31",
        "/appeals/?since=2026-10-01&until=2026-10-31",
    )
    street = f"&unit={month.units['槐花街道党建工作协调委员会'].pk}"
    ways = {text: [piece for piece in pieces if piece[1]] for text, pieces in said.items()}
    assert ways == {
        "参加考核的单位 6 个：一般 1 个、待提升 2 个，不参评 3 个。": [
            ("参加考核的单位 6 个：一般 1 个、待提升 2 个，不参评 3 个。", "/standings/2026-10/")
        ],
        "诉求 3 件，其中经审定剔除、挂账 1 件，不计入三率。": [
            ("3", f"{appeals}{street}&counted=received"),
            ("1", f"{appeals}{street}&counted=received&excluded=yes"),
        ],
        "按期办结率 66.7%（2/3），上月 —。": [("3", f"{orders}{street}")],
        "12345 解决率 50.0%（1/2），上月 100.0%（1/1）。": [
            ("1", f"{appeals}{street}&counted=solved&excluded=no"),
            ("2", f"{appeals}{street}&counted=valid&excluded=no"),
        ],
        "按期办结率没有超过底线 50%：东二社区 0.0%（0/1）。": [
            ("1", f"/standings/sheets/{sheets['东二社区']}/orders_on_time/")
        ],
        "12345 解决率没有超过底线 50%：东中心 50.0%（1/2）、东一社区 50.0%（1/2）。": [
            ("2", f"/standings/sheets/{sheets[unit]}/appeals_resolution/") for unit in ("东中心", "东一社区")
        ],
        "东一社区：加 2.5 分，一票否决，没有评优资格。": [
            ("东一社区：加 2.5 分，一票否决，没有评优资格。", f"/standings/sheets/{sheets['东一社区']}/")
        ],
        "异议 0 件，其中成立 0 件；核定 0 次。": [("异议 0 件，其中成立 0 件；核定 0 次。", "/standings/objections/")],
    }
    for text, way in (pair for found in ways.values() for pair in found):
        answer = client.get(way)
        assert answer.status_code == 200
        if text.isdecimal():
            assert (way, answer.context["page_obj"].paginator.count) == (way, int(text))


def test_word_and_excel_say_the_same_and_only_whoever_sees_the_street_reads_them(month, client):
    log_in(client, month.people["office"])
    word = Document(io.BytesIO(client.get("/standings/2026-10/report.docx?sources=1").content))
    assert any("按期办结率 66.7%（2/3），上月 —。[3]" in p.text for p in word.paragraphs)
    notes = [p.text for p in word.paragraphs if p.text.startswith("[")]
    assert notes[3].startswith("[3] http://testserver/orders/?due_since=2026-10-01&due_until=2026-10-31&unit=")
    assert "数据截至 2026-11-03 09:00" in word.paragraphs[2].text
    cells = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    sheet = load_workbook(io.BytesIO(client.get("/standings/2026-10/report.xlsx").content)).active
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert ["社区", "东一社区", "62.50", "一般", "60.00", "0.00"] in cells
    assert ["社区", "东一社区", 62.5, "一般", 60, 0] in rows  # numbers that a spreadsheet adds up
    for login in ("commissioner", "secretary", "stranger"):
        log_in(client, month.people[login])
        expected = 200 if login == "stranger" else 404  # the other street's leader reads the other street's report
        answer = client.get("/standings/2026-10/report/")
        assert (login, answer.status_code, "东一社区" in answer.content.decode()) == (login, expected, False)
    log_in(client, month.people["office"])
    assert client.get("/standings/2026-10/report.pdf").status_code == 404
    assert client.get("/standings/2026-01/report/").status_code == 404
