"""A log written on a phone: photos are chosen once and made small, a lost connection is waited for, nothing is sent twice."""

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from partybuilding.matters.logs.models import LogAttachment, WorkLog
from tests.cast import PASSWORD, build_street

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "清出堆物三处"
SIZES = """async () => Promise.all([...document.getElementById("id_photos").files].map(async (file) => {
  const picture = await createImageBitmap(file);
  const bytes = new TextDecoder("latin1").decode(await file.arrayBuffer());
  return [file.name, picture.width, picture.height, bytes.includes("Exif")];
}))"""


@pytest.fixture
def street():
    return build_street()


@pytest.fixture
def page(street, visit):
    page = visit("secretary", "phone")
    page.goto("/worklogs/new/")
    return page


def photo(name="现场.jpg", size=(2400, 1200)):
    """Lies on its side, and says where it was taken."""
    drawn, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}
    Image.new("RGB", size, "teal").save(drawn, "JPEG", exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": drawn.getvalue()}


def box(page):
    return page.get_by_label("做了什么")


def send(page):
    page.get_by_role("button", name="提交").click()


def taken_off(page):
    """The names of what is chosen, each with its button."""
    return page.get_by_role("button", name=re.compile("^移除 ")).all()


def faults(page):
    found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found] + ["too wide"] * wide


def test_photos_are_small_upright_and_say_no_place(page):
    page.locator("#id_photos").set_input_files([photo()])
    expect(page.get_by_role("button", name="移除 现场.jpg")).to_be_visible()
    page.locator("input[capture=environment]").set_input_files([photo("拍的.jpg", (100, 60))])
    expect(page.get_by_role("button", name="移除 拍的.jpg")).to_be_visible()
    assert page.evaluate(SIZES) == [["现场.jpg", 1000, 2000, False], ["拍的.jpg", 60, 100, False]]
    expect(page.locator(".chosen img[src^='data:image/jpeg']")).to_have_count(2)
    assert faults(page) == []
    page.get_by_role("button", name="移除 现场.jpg").click()
    expect(page.get_by_role("button", name="移除 拍的.jpg")).to_be_focused()
    assert [name for name, *_ in page.evaluate(SIZES)] == ["拍的.jpg"]


def test_a_refusal_keeps_photos_and_files(page):
    page.locator("#id_photos").set_input_files([photo()])
    page.locator("#id_files").set_input_files(
        [{"name": "甲.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}]
    )
    expect(page.locator(".chosen li")).to_have_count(2)
    send(page)  # without a word
    expect(page.get_by_role("heading", name="还有地方需要修改")).to_be_visible()
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.get_by_text("浏览器不保留选好的文件")).to_have_count(0)
    expect(page.locator(".chosen li")).to_have_count(2)
    assert faults(page) == []
    box(page).fill(TEXT)
    page.locator("#id_files").evaluate("input => input.closest('details').open = true")
    page.get_by_role("button", name="移除 甲.pdf").click()
    send(page)
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    expect(page.get_by_text("已记下")).to_be_visible()
    assert list(LogAttachment.objects.values_list("log__text", "name")) == [(TEXT, "现场.jpg")]


def test_limits_are_told_at_once(page):
    page.locator("#id_photos").set_input_files([photo(f"{n}.jpg", (40, 40)) for n in range(8)])
    expect(page.get_by_role("alert")).to_have_text("最多 6 个，已有 0 个，又选了 8 个：后面 2 个没有加上。")
    assert len(taken_off(page)) == 6
    files = page.locator("#id_files")
    expect(files).to_have_attribute("data-largest", "10485760")
    files.evaluate("input => { input.closest('details').open = true; input.dataset.largest = 2048 }")
    files.set_input_files([{"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"x" * 3000}])
    expect(page.get_by_role("alert").nth(1)).to_have_text("“大.pdf”有 3 KB，最大 2 KB，没有加上。")
    assert faults(page) == []


def test_what_no_browser_can_read_goes_to_the_server_which_says_so(page):
    box(page).fill(TEXT)
    page.locator("#id_photos").set_input_files([{"name": "果.heic", "mimeType": "image/heic", "buffer": b"ftypheic"}])
    expect(page.get_by_role("button", name="移除 果.heic")).to_be_visible()
    send(page)
    expect(page.locator("[data-focus]")).to_contain_text("“果.heic”不是能打开的照片")
    expect(box(page)).to_have_value(TEXT)
    expect(page.get_by_role("button", name="移除 果.heic")).to_be_visible()


def test_without_a_connection_a_log_waits_and_is_sent_once(page):
    box(page).fill(TEXT)
    page.locator("#id_photos").set_input_files([photo()])
    expect(page.locator(".chosen li")).to_have_count(1)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("status").filter(has_text="待发送")).to_be_focused()
    assert faults(page) == []
    assert WorkLog.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    expect(page.get_by_text("已记下")).to_be_visible()
    assert list(LogAttachment.objects.values_list("log__text", "name")) == [(TEXT, "现场.jpg")]
    page.go_back()
    expect(box(page)).to_have_value("")
    expect(page.get_by_text("已填回上次没有提交成功的内容。")).to_have_count(0)
    assert WorkLog.objects.count() == 1


def test_what_waits_is_changed_or_sent_from_any_page(page):
    box(page).fill("写一半")
    page.context.set_offline(True)
    send(page)
    page.get_by_role("button", name="先不发，再改改").click()
    box(page).fill(TEXT)
    page.locator("#id_photos").set_input_files([photo()])
    expect(page.locator(".chosen li")).to_have_count(1)
    send(page)
    expect(page.get_by_role("status").filter(has_text="待发送")).to_be_visible()
    page.close()  # the phone needed its memory
    context = page.context
    context.set_offline(False)
    other = context.new_page()
    other.goto("/organisation/")
    sent = other.get_by_role("status").filter(has_text="已发送：记一条工作。")
    expect(sent).to_be_visible()
    sent.get_by_role("link", name="查看").click()
    other.wait_for_url(re.compile(r"/worklogs/\d+/"))
    assert list(LogAttachment.objects.values_list("log__text", "name")) == [(TEXT, "现场.jpg")]


def test_a_log_whose_answer_was_lost_is_not_recorded_twice(page, visit):
    def lose(route):
        route.fetch(max_redirects=0)
        route.abort()

    box(page).fill(TEXT)
    page.route("**/worklogs/new/", lose, times=1)
    send(page)
    expect(page.get_by_role("status").filter(has_text="待发送")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    expect(page.get_by_text("这份表单已经提交过，没有重复保存。")).to_be_visible()
    assert WorkLog.objects.count() == 1
    visit.faults[:] = [f for f in visit.faults if "ERR_FAILED" not in f]  # the answer that was lost


def test_back_after_sending_finds_an_empty_form_that_is_another_log(page):
    box(page).fill(TEXT)
    send(page)
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    page.go_back()
    expect(box(page)).to_have_value("")
    box(page).fill("另一件")
    send(page)
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    assert sorted(WorkLog.objects.values_list("text", flat=True)) == sorted([TEXT, "另一件"])


def test_a_session_that_ran_out_keeps_text_correction_and_photo(page):
    box(page).fill("昨天清出堆物三处")
    expect(page.locator(".chip-guess").first).to_be_visible()
    page.get_by_text("不对？改这里").click()
    page.get_by_label("类别").select_option("meeting")
    page.locator("#id_photos").set_input_files([photo()])
    expect(page.locator(".chosen li")).to_have_count(1)
    expect(page.get_by_text(re.compile(r"^已自动保存 \d\d:\d\d$"))).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    send(page)
    page.get_by_label("用户名或工号").fill("secretary")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("已填回上次没有提交成功的内容。")).to_be_visible()
    expect(box(page)).to_have_value("昨天清出堆物三处")
    expect(page.locator("[name=corrected]")).to_have_value(",category")
    expect(page.locator(".chosen li")).to_have_count(1)
    send(page)
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    log = WorkLog.objects.get()
    assert (log.text, log.category, log.attachments.count()) == ("昨天清出堆物三处", "meeting", 1)


def test_two_tabs_keep_a_draft_each(page):
    box(page).fill("第一件")
    other = page.context.new_page()
    other.goto("/worklogs/new/")
    expect(box(other)).to_have_value("")
    box(other).fill("第二件")
    page.goto("/organisation/")
    page.go_back()
    expect(box(page)).to_have_value("第一件")
    page.close()
    other.reload()
    expect(box(other)).to_have_value("第二件")
    send(other)
    other.wait_for_url(re.compile(r"/worklogs/\d+/"))
    other.goto("/worklogs/new/")
    expect(box(other)).to_have_value("第一件")
    other.get_by_role("button", name="清除").click()
    other.reload()
    expect(box(other)).to_have_value("")


def test_a_log_in_another_tab_does_not_lose_what_is_sent_from_this_one(page, visit):
    box(page).fill(TEXT)
    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto("/login/")
    other.get_by_label("用户名或工号").fill("secretary")
    other.get_by_label("密码").fill(PASSWORD)
    other.get_by_role("button", name="登录").click()
    other.wait_for_url("**/")
    send(page)
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    assert WorkLog.objects.get().text == TEXT
    assert all("403" in fault for fault in visit.faults)
    visit.faults.clear()
