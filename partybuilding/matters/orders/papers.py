"""The order as a Word file: a work carrier, with no red head, no seal, and a blank signature."""

from districts.documents.word import CENTER, RIGHT, SUBHEAD, TITLE, new_document, word_response, write


def paper_response(order, shares):
    """A download of the order and of the units that the reader may see it was given to."""
    document = new_document()
    write(document, order.number, align=CENTER)
    write(document, order.title, TITLE, CENTER)
    for head, text in paper_parts(order, shares):
        write(document, head, SUBHEAD)
        for line in text.splitlines():
            write(document, line, indent=True)
    write(document, "")
    write(document, "签发人：＿＿＿＿＿＿＿＿", align=RIGHT)
    write(document, "领令人：＿＿＿＿＿＿＿＿", align=RIGHT)
    issued = f"{order.issued_on:%Y}年{order.issued_on.month}月{order.issued_on.day}日"
    write(document, f"{order.issuer}　{issued}", align=RIGHT)
    return word_response(document, f"order-{order.year}-{order.serial}", f"{order.number}.docx")


def paper_parts(order, shares):
    """(heading, text) of the paper, for Word and for print."""
    given = "\n".join(f"{share.unit.name}（{share.role}）" for share in shares)
    due = f"{order.due_on:%Y}年{order.due_on.month}月{order.due_on.day}日前办结。"
    files = "\n".join(file.shown_name for file in order.files.all())
    parts = [("任务要求", order.content), ("承办单位", given or "（不在您的岗位范围内）"), ("办结期限", due)]
    return [*parts, *([("附件", files)] if files else [])]
