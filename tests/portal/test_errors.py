"""What the portal says to a request that it cannot read, and to a name that is not its own."""

from django.test import Client


def test_a_refused_host_is_told_which_name_is_not_ours(db):
    answer = Client().get("/login/", headers={"host": "other.example"})
    page = answer.content.decode()
    assert (answer.status_code, "“other.example”不是本系统的网址" in page, 'lang="zh-Hans"' in page) == (
        400,
        True,
        True,
    )


def test_a_refused_host_is_quoted_without_its_markup(db):
    page = Client().get("/login/", headers={"host": "<b>other</b>"}).content.decode()
    assert ("&lt;b&gt;other&lt;/b&gt;" in page, "<b>" in page) == (True, False)


def test_a_request_that_cannot_be_read_is_said_in_chinese(db):
    answer = Client().post("/login/", {f"f{n}": "1" for n in range(1001)})
    page = answer.content.decode()
    assert (answer.status_code, "<h1>这个请求看不懂</h1>" in page, "不是本系统的网址" in page) == (400, True, False)
