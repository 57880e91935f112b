"""运行情况月报 on the screen, on paper, in Word and Excel."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.documents.download import as_of_words
from districts.documents.excel import DECIMAL, WHOLE, Column, Sheet, as_number, excel_response
from districts.documents.word import Paper
from districts.duties import Duty
from partybuilding.appeals.reports.saying import by_part, text_of
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
        "parts": by_part((part, _linked(pieces)) for part, pieces in sentences),
        "heads": heads,
        "rows": rows,
        "rule": rule_of(settlement),
    }
    return render(request, "assessment/monthly.html", context)


def _linked(pieces):
    """[(text, address or "")] of a sentence."""
    return [(piece, "") if isinstance(piece, str) else piece for piece in pieces]


@require_safe
def monthly_file(request, period, shape):
    settlement = _settlement(request, period)
    if shape not in FILES:
        raise Http404
    sentences, heads, rows = compose(settlement)
    sentences = [
        (part, text_of(pieces), [request.build_absolute_uri(way) for _, way in _linked(pieces) if way])
        for part, pieces in sentences
    ]
    said = f"{as_of_words(settlement.rolled_up_at)}（{settlement.get_state_display()}）"
    return FILES[shape](settlement, said, sentences, heads, rows, has_sources="sources" in request.GET)


def _word(settlement, said, sentences, heads, rows, *, has_sources):
    paper = Paper(f"{settlement.period}运行情况月报")
    paper.name(settlement.street.name, said)
    for part, said in by_part((part, text) for part, text, _ in sentences):
        paper.heading(part)
        paper.says(*((text, n) for n, text in said))
    paper.heading("得分表")
    paper.table(heads, rows)
    paper.heading("口径")
    paper.prose(rule_of(settlement))
    if has_sources:
        paper.sources((n, way) for n, (*_, ways) in enumerate(sentences, 1) for way in ways)
    return paper.response(f"{settlement}运行情况月报 Word")


SAID = [Column("序号", WHOLE, 6), Column("部分", width=18), Column("内容", width=80), Column("出处", width=60)]


def _excel(settlement, said, sentences, heads, rows, **asked):
    """The scores as numbers, so that a spreadsheet can add them up; the sentences on a sheet of their own."""
    columns = [Column(head, width=18) for head in heads[:2]]
    columns += [Column(head) if head == "分档" else Column(head, DECIMAL) for head in heads[2:]]
    lines = ((n, part, text, "\n".join(ways)) for n, (part, text, ways) in enumerate(sentences, 1))
    scores = ([*row[:2], *map(as_number, row[2:])] for row in rows)
    return excel_response(
        f"{settlement.period}运行情况月报",
        Sheet(columns, scores, "得分表"),
        Sheet(SAID, lines, "内容"),
        notes=[("街道", settlement.street.name), ("状态", said), ("口径", rule_of(settlement))],
        as_of=settlement.rolled_up_at,
    )


FILES = {"docx": _word, "xlsx": _excel}
