"""The order as a Word file: a work carrier, with no red head, no seal, and a blank signature."""

from districts.documents.word import CENTER, RIGHT, TITLE, Paper


def paper_response(order, shares):
    """A download of the order and of the units that the reader may see it was given to."""
    paper = Paper(order.number)
    paper.line(order.number, align=CENTER)
    paper.line(order.title, TITLE, CENTER)
    for head, text in paper_parts(order, shares):
        paper.heading(head)
        paper.prose(text)
    paper.line("")
    paper.line("签发人：＿＿＿＿＿＿＿＿", align=RIGHT)
    paper.line("领令人：＿＿＿＿＿＿＿＿", align=RIGHT)
    issued = f"{order.issued_on:%Y}年{order.issued_on.month}月{order.issued_on.day}日"
    paper.line(f"{order.issuer}　{issued}", align=RIGHT)
    return paper.response()


def paper_parts(order, shares):
    """(heading, text) of the paper, for Word and for print."""
    given = "\n".join(f"{share.unit.name}（{share.role}）" for share in shares)
    due = f"{order.due_on:%Y}年{order.due_on.month}月{order.due_on.day}日前办结。"
    files = "\n".join(file.shown_name for file in order.files.all())
    parts = [("任务要求", order.content), ("承办单位", given or "（不在您的岗位范围内）"), ("办结期限", due)]
    return [*parts, *([("附件", files)] if files else [])]
