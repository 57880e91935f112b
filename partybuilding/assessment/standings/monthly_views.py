"""运行情况月报 on the screen, on paper, in Word and Excel."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.documents.excel import DECIMAL, WHOLE, Column, Sheet, as_number, excel_response
from districts.documents.word import CENTER, SUBHEAD, TITLE, new_document, word_response, write, write_table
from districts.duties import Duty
from partybuilding.assessment.models import Settlement
from partybuilding.assessment.standings.monthly import compose, rule_of


def _settlement(request, period):
    rows = Settlement.objects.where_user_may(request.user, Duty.VIEW).exclude(rolled_up_at=None)
    rows = rows.select_related("period", "street", "version__scheme").filter(period__code=period)
    settlement = rows.order_by("pk").first()
    if settlement is None:
        raise Http404
    return settlement


@require_safe
def monthly_page(request, period):
    settlement = _settlement(request, period)
    sentences, heads, rows = compose(settlement)
    context = {
        "settlement": settlement,
        "period": settlement.period,
        "sentences": sentences,
        "heads": heads,
        "rows": rows,
        "rule": rule_of(settlement),
    }
    return render(request, "assessment/monthly.html", context)


@require_safe
def monthly_file(request, period, shape):
    settlement = _settlement(request, period)
    sentences, heads, rows = compose(settlement)
    title = f"{settlement.period}运行情况月报"
    until = timezone.localtime(settlement.rolled_up_at)
    said = f"{settlement.street.name} 数据截至 {until:%Y-%m-%d %H:%M}（{settlement.get_state_display()}）"
    notes = [f"[{n}] {request.build_absolute_uri(way)}" for n, (_, way) in enumerate(sentences, 1) if way]
    if shape == "xlsx":
        return _excel(request, settlement, said)
    if shape != "docx":
        raise Http404
    document = new_document()
    write(document, title, TITLE, CENTER)
    write(document, said, align=CENTER)
    for n, (text, _) in enumerate(sentences, 1):
        write(document, f"{n}. {text}", indent=True)
    write(document, "得分表", SUBHEAD)
    write_table(document, heads, rows)
    write(document, f"口径：{rule_of(settlement)}", indent=True)
    write(document, "注：各句所据的记录", SUBHEAD)
    for note in notes:
        write(document, note, indent=True)
    return word_response(document, f"assessment-{period}", f"{settlement}运行情况月报 Word")


SAID = [Column("序号", WHOLE, 6), Column("内容", width=80), Column("出处", width=50)]


def _excel(request, settlement, said):
    """The scores as numbers, so that a spreadsheet can add them up; the sentences on a sheet of their own."""
    sentences, heads, rows = compose(settlement)
    columns = [Column(head, width=18) for head in heads[:2]]
    columns += [Column(head) if head == "分档" else Column(head, DECIMAL) for head in heads[2:]]
    scores = ([*row[:2], *map(as_number, row[2:])] for row in rows)
    ways = ((n, text, request.build_absolute_uri(way) if way else None) for n, (text, way) in enumerate(sentences, 1))
    return excel_response(
        f"{settlement.period}运行情况月报",
        Sheet(columns, scores, "得分表"),
        Sheet(SAID, ways, "内容"),
        notes=[("范围", said), ("口径", rule_of(settlement))],
        as_of=settlement.rolled_up_at,
    )
