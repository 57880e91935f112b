"""Files on orders: taken on and off while it is a draft, only added afterwards and named; seen by whoever sees the order; emptied with it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.files.hanging import hang
from districts.records.origin import empty
from districts.workflow import NotYours
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderFile
from tests.cast import STREET, log_in, make_order, text_of
from tests.uploads import file, package


def uploads(*names):
    return [("pdf", file(name), name) for name in names]


def names_of(order):
    return [kept.name for kept in order.files.all()]


def form(street, **changes):
    return {
        "kind": "task",
        "unit": street.units[STREET].pk,
        "title": "清理楼道堆物",
        "content": "三天内清完",
        "due_on": timezone.localdate() + timedelta(days=7),
        "lead_unit": street.units["东一社区"].pk,
        **changes,
    }


def test_files_are_hung_on_while_it_is_drawn_up_and_issued_at_once(street, client):
    log_in(client, street.people["office"])
    sent = form(street, issue="1") | {"files": [file("方案.pdf"), file("点位.pdf")]}
    assert client.post("/orders/new/", sent).status_code == 302
    order = Order.objects.get()
    assert (order.state, names_of(order)) == ("issued", ["方案.pdf", "点位.pdf"])


def test_of_a_draft_files_are_taken_off_and_others_put_on(street, client, django_capture_on_commit_callbacks):
    order = make_order(street, issued=False)
    log_in(client, street.people["office"])
    client.post(f"/orders/{order.pk}/edit/", form(street, seen_version=1) | {"files": [file("旧.pdf"), file("留.pdf")]})
    gone = order.files.get(name="旧.pdf")
    page = client.get(f"/orders/{order.pk}/edit/").content.decode()
    assert ("删去附件" in page, "旧.pdf" in page) == (True, True)
    with django_capture_on_commit_callbacks(execute=True):
        again = form(street, seen_version=2, dropped=[gone.pk]) | {"files": [file("新.pdf")]}
        client.post(f"/orders/{order.pk}/edit/", again)
    assert (names_of(order), gone.file.storage.exists(gone.file.name)) == (["留.pdf", "新.pdf"], False)


def test_a_file_of_another_order_is_not_taken_off(street, client):
    mine, other = make_order(street, issued=False), make_order(street, issued=False, title="另一件")
    theirs = hang(other.files, uploads("别的.pdf"), street.people["office"])[0]
    log_in(client, street.people["office"])
    page = client.post(f"/orders/{mine.pk}/edit/", form(street, seen_version=1, dropped=[theirs.pk])).content.decode()
    assert ("要删去的附件已不在这里，请刷新后再看。" in page, names_of(other)) == (True, ["别的.pdf"])


def test_an_issued_one_only_gains_files_and_its_record_names_them(street, client):
    order = make_order(street)
    hang(order.files, uploads("方案.pdf"), street.people["office"])
    log_in(client, street.people["office"])
    page = client.get(f"/orders/{order.pk}/edit/").content.decode()
    assert ("再添几个；原有的留着。" in page, "删去附件" in page) == (True, False)
    first = order.files.get()
    sent = {"title": order.title, "content": order.content, "seen_version": order.version, "dropped": [first.pk]}
    client.post(f"/orders/{order.pk}/edit/", sent | {"files": [file("补充.pdf"), file("表.pdf")]})
    assert names_of(order) == ["方案.pdf", "补充.pdf", "表.pdf"]
    assert order.steps.get(verb="amend").note == "附件增加：补充.pdf、表.pdf"
    told = street.people["secretary"].notices.order_by("pk").values_list("label", flat=True)
    assert list(told) == ["交办", "修改"]


def test_words_and_files_are_told_together_and_nothing_new_is_no_step(street):
    order, office = make_order(street), street.people["office"]
    same = {"title": order.title, "content": order.content}
    actions.amend_order(order, order.version, by=office, **same)
    assert not order.steps.filter(verb="amend").exists()
    changed = same | {"content": "两天内清完"}
    actions.amend_order(order, order.version, by=office, **changed, files=uploads("新.pdf"))
    assert order.steps.get(verb="amend").note == "要求原为：三天内清完\n附件增加：新.pdf"


def test_what_is_refused_hangs_nothing(street):
    order, before = make_order(street), OrderFile.objects.count()
    same = {"title": order.title, "content": order.content}
    for login in ("secretary", "commissioner"):
        with pytest.raises(NotYours):
            actions.amend_order(order, order.version, by=street.people[login], **same, files=uploads("新.pdf"))
    assert OrderFile.objects.count() == before


def test_at_most_six_whenever_they_were_hung(street):
    order, office = make_order(street), street.people["office"]
    hang(order.files, uploads(*(f"{n}.pdf" for n in range(5))), office)
    same = {"title": order.title, "content": order.content, "files": uploads("六.pdf", "七.pdf")}
    with pytest.raises(ValidationError, match="附件最多 6 个，已有 5 个，又选了 2 个；请少选几个。"):
        actions.amend_order(order, order.version, by=office, **same)
    assert (order.files.count(), order.steps.filter(verb="amend").exists()) == (5, False)


def test_too_many_are_said_at_the_field_and_what_was_typed_stays(street, client):
    order = make_order(street, issued=False)
    hang(order.files, uploads(*(f"{n}.pdf" for n in range(6))), street.people["office"])
    log_in(client, street.people["office"])
    sent = form(street, seen_version=1, title="保留的标题") | {"files": [file("七.pdf")]}
    page = client.post(f"/orders/{order.pk}/edit/", sent).content.decode()
    assert "附件最多 6 个，已有 6 个，又选了 1 个；请少选几个。" in page
    assert ('value="保留的标题"' in page, "浏览器不保留选好的文件，请重新选择。" in page) == (True, True)
    order.refresh_from_db()
    assert (order.title, order.files.count()) == ("清理楼道堆物", 6)


def test_who_saves_second_is_told_to_choose_the_files_again(street, client):
    order = make_order(street, issued=False)
    log_in(client, street.people["office"])
    client.post(f"/orders/{order.pk}/edit/", form(street, seen_version=1, title="先改的"))
    late = client.post(f"/orders/{order.pk}/edit/", form(street, seen_version=1) | {"files": [file("新.pdf")]})
    assert (late.status_code, "浏览器不保留选好的文件，请重新选择。" in late.content.decode()) == (409, True)
    assert order.files.count() == 0


def test_a_file_that_may_do_harm_is_refused(street, client):
    log_in(client, street.people["office"])
    macro = package(
        {"word/document.xml": "<w/>", "[Content_Types].xml": "<t/>", "word/vbaProject.bin": "x"}, "方案.docx"
    )
    page = client.post("/orders/new/", form(street) | {"files": [macro]}).content.decode()
    assert ("有宏或控件" in page, Order.objects.count()) == (True, 0)


def test_they_are_seen_by_whoever_sees_the_order(street, client):
    draft, order = make_order(street, issued=False), make_order(street)
    kept = {one: hang(one.files, uploads("方案.pdf"), street.people["office"])[0] for one in (draft, order)}
    found = {}
    for login in ("office", "secretary", "worker", "commissioner", "neighbour"):
        log_in(client, street.people[login])
        found[login] = [client.get(f"/orders/files/{kept[one].pk}/").status_code for one in (draft, order)]
    assert found == {
        "office": [200, 200],
        "secretary": [404, 200],
        "worker": [404, 200],
        "commissioner": [404, 200],
        "neighbour": [404, 404],
    }
    log_in(client, street.people["secretary"])
    assert f'href="/orders/files/{kept[order].pk}/"' in client.get(f"/orders/{order.pk}/").content.decode()


def test_the_paper_names_them_in_print_and_in_word(street, client):
    from io import BytesIO

    from docx import Document

    order = make_order(street)
    log_in(client, street.people["office"])
    assert "<h3>附件</h3>" not in client.get(f"/orders/{order.pk}/paper/").content.decode()
    hang(order.files, uploads("方案.pdf", "点位.pdf"), street.people["office"])
    page = text_of(client.get(f"/orders/{order.pk}/paper/"))
    assert "<h3>附件</h3> <p>方案.pdf</p><p>点位.pdf</p>" in page
    word = Document(BytesIO(b"".join(client.get(f"/orders/{order.pk}/paper/?as=docx"))))
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert texts[texts.index("四、附件") + 1 :][:2] == ["方案.pdf", "点位.pdf"]


def test_what_only_keeps_its_number_keeps_no_file(street, django_capture_on_commit_callbacks):
    order = make_order(street)
    kept = hang(order.files, uploads("方案.pdf"), street.people["office"])[0]
    with django_capture_on_commit_callbacks(execute=True):
        empty(Order.objects.filter(pk=order.pk))
    assert (order.files.count(), kept.file.storage.exists(kept.file.name)) == (0, False)
