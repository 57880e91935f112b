"""`make screenshots`: serve a fresh demo and photograph its pages into var/screenshots, as the posts that use them.

The six that README and the help pages show are also packed into docs/images. Names of pictures as arguments narrow the run.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import WIDTHS
from tests.browser.kept import KEPT
from tests.conftest import CHROMIUM
from yuqiao_portal.demo.street import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = "127.0.0.1:8799"
DRAWN, SHOWN = ROOT / "var" / "screenshots", ROOT / "docs" / "images"
WIDEST, COLOURS = 960, 64  # of a picture that is kept: sharp enough to read, and at most 60 KB
# file: (login, address, widths)
CUT = {
    "standings",
    "orders",
    "admin-units",
    "appointments",
    "board",
    "owed",
    "appeals",
}  # long lists: the first screen says enough
PICTURES = {
    "workbench-leader": ("lingdao", "/", ["desk", "phone"]),
    "workbench-commissioner": ("zhuanyuan", "/", ["desk", "phone"]),
    "workbench-secretary": ("shuji", "/", ["desk", "phone"]),
    "workbench-dispatcher": ("chuzhi", "/", ["desk", "phone"]),
    "worklog-form": ("shuji", "/worklogs/new/", ["desk", "phone"]),
    "order": ("shuji", "first order", ["desk", "phone"]),
    "order-form": ("dangqun", "/orders/new/", ["desk", "phone"]),
    "orders": ("dangqun", "/orders/", ["desk", "phone"]),
    "circulars": ("shuji", "/circulars/", ["desk", "phone"]),
    "circular": ("dangqun", "first circular", ["desk", "phone"]),
    "circular-form": ("dangqun", "/circulars/new/", ["desk", "phone"]),
    "organisation": ("dangqun", "/organisation/", ["desk", "phone"]),
    "standings": ("dangqun", "/standings/", ["desk", "phone"]),
    "sheet": ("zhuanyuan", "first sheet", ["desk", "phone"]),
    "sheet-records": ("zhuanyuan", "first records", ["phone"]),
    "objection": ("dangqun", "first objection", ["desk", "phone"]),
    "monthly": ("lingdao", "last month", ["desk", "phone"]),
    "means": ("lingdao", "a quarter", ["desk"]),
    "adjustment": ("lingdao", "first adjustment", ["desk", "phone"]),
    "survey": ("dangqun", "first survey", ["desk"]),
    "surveys": ("dangqun", "/standings/surveys/", ["phone"]),
    "peers": ("dangqun", "/standings/peers/", ["desk"]),
    "duties": ("lingdao", "a person", ["desk", "phone"]),
    "schemes": ("lingdao", "/standings/schemes/", ["phone"]),
    "scheme": ("lingdao", "first scheme", ["desk", "phone"]),
    "scheme-trial": ("dangqun", "first trial", ["desk", "phone"]),
    "scheme-edit": ("dangqun", "a draft", ["desk", "phone"]),
    "object": ("shuji", "my objection", ["desk", "phone"]),
    "unit": ("zhuanyuan", "first unit", ["desk", "phone"]),
    "appeals": ("dangqun", "/appeals/", ["desk", "phone"]),
    "appeal": ("shuji", "first appeal", ["desk", "phone"]),
    "appeal-rates": ("dangqun", "/appeals/rates/", ["desk", "phone"]),
    "appeal-hot": ("dangqun", "/appeals/hot/", ["desk", "phone"]),
    "appeal-import": ("chuzhi", "/appeals/import/", ["desk"]),
    "appeal-batch": ("chuzhi", "a file", ["desk", "phone"]),
    "appeal-refused": ("chuzhi", "a wrong file", ["desk"]),
    "appeal-estates": ("chuzhi", "/appeals/estates/", ["desk", "phone"]),
    "outside": ("chuzhi", "/organisations/", ["desk", "phone"]),
    "appeal-topics": ("dangqun", "/appeals/topics/", ["desk", "phone"]),
    "appeal-report": ("dangqun", "first report", ["desk", "phone"]),
    "appeal-daily": ("dangqun", "last report", ["desk"]),
    "appeal-rules": ("dangqun", "/appeals/rules/", ["desk", "phone"]),
    "appeal-suspended": ("dangqun", "first suspended", ["desk", "phone"]),
    "board": ("dangqun", "/orders/?view=board", ["desk"]),
    "appointments": ("dangqun", "/appointments/", ["desk"]),
    "my-posts": ("mishu", "/me/", ["desk"]),
    "owed": ("lingdao", "/owed/", ["phone"]),
    "inbox": ("dangqun", "/inbox/", ["desk", "phone"]),
    "voice": ("shuji", "/voice/", ["desk", "phone"]),
    "suggestions": ("lingdao", "/voice/read/", ["phone"]),
    "burden": ("lingdao", "/burden/", ["desk", "phone"]),
    "extension": ("lingdao", "first extension", ["desk"]),
    "health": ("sysadmin", "/health/", ["desk"]),
    "admin-opening": ("sysadmin", "/admin/districts/unit/opening/", ["desk"]),
    "admin-units": ("sysadmin", "/admin/districts/unit/", ["desk"]),
    "admin-appointment": ("secadmin", "/admin/districts/appointment/add/", ["desk"]),
}


def served(folder):
    environment = {
        **os.environ,
        "DJANGO_DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
        "PORTAL_BIND": ADDRESS,
    }
    environment = {
        k: v
        for k, v in environment.items()
        if k not in {"DJANGO_SETTINGS_MODULE", "DATA_DIR", "DJANGO_SECRET_KEY", "DJANGO_BEHIND_TLS", "CELERY_QUEUE"}
    }
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve_demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://{ADDRESS}/healthz/ready")
        except OSError:
            time.sleep(1)
        else:
            return server
    server.terminate()
    server.wait()
    raise SystemExit("演示没有起来")


def main():
    wanted = {name: row for name, row in PICTURES.items() if name in sys.argv[1:] or not sys.argv[1:]}
    DRAWN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = served(folder)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            for name, (login, address, widths) in wanted.items():
                for width in widths:
                    take(browser, name, login, address, width)
        finally:
            browser.close()
            server.terminate()
            server.wait()


def made_file(*, is_wrong):
    """An invented ledger of the demo's street, for the browser to upload."""
    book, out = Workbook(), io.BytesIO()
    called = "昨天上午" if is_wrong else "2026-10-02 09:30"
    book.active.append(["工单编号", "创建时间", "主要内容", "村/社区", "小区点位", "来电人", "来电人电话"])
    for n, place in enumerate(["海棠里社区", "海棠里居委会", "枣林社区", "枣林社区"]):
        book.active.append(
            [
                f"YS2026100200{n}",
                called if n else "2026-10-02 08:00",
                "楼道灯不亮",
                place,
                "5号楼",
                "赵先生",
                "13800138000",
            ]
        )
    book.save(out)
    return {"name": "十月台账.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}


def take(browser, name, login, address, width):
    page = browser.new_context(viewport=WIDTHS[width], locale="zh-CN", base_url=f"http://{ADDRESS}").new_page()
    page.goto("/login/")
    page.get_by_label("用户名或工号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    go(page, address)
    page.wait_for_load_state("networkidle")
    whole = width == "desk" and name not in CUT
    page.screenshot(path=DRAWN / f"{name}-{width}.png", full_page=whole)
    page.context.close()
    if f"{name}-{width}" in KEPT:
        pack(f"{name}-{width}.png", WIDTHS[width])


def pack(name, window):
    """What the first screen shows of a picture, in few colours, for README and the help pages."""
    with Image.open(DRAWN / name) as picture:
        first = picture.convert("RGB").crop((0, 0, window["width"], window["height"]))
    first.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    first.quantize(COLOURS, dither=Image.Dither.NONE).save(SHOWN / name, optimize=True)


ROW = "css:#rows a.row-link"
# The ways that a user takes to the first of a kind: addresses, links, buttons (!) and selectors, one after another.
WAYS = {
    "first order": ["/orders/?todo=handle&state=received", ROW],
    "first circular": ["/circulars/?side=sent", ROW + ":has-text('寒潮')"],
    "first extension": ["/orders/?todo=answer", ROW],
    "first appeal": ["/appeals/?todo=open", ROW],
    "first suspended": ["/appeals/?todo=suspended", ROW],
    "first report": ["/appeals/reports/", "月报"],
    "last report": ["/appeals/reports/", "css:a:has-text('日报') >> nth=-1"],
    "first unit": ["/organisation/", "海棠里社区"],
    "first sheet": ["/standings/", "css:table.standings a"],
    "first records": ["/standings/", "css:table.standings a", "css:a[href*=appeals_resolution]"],
    "my objection": ["/standings/", "css:table.standings a", "提异议", "!提交异议"],
    "last month": ["/standings/", "css:#settlement a:has-text('月报')"],
    "a quarter": ["/standings/", "季度"],
    "a person": ["/search/?q=张利", "张利", "履职清单"],
    "first objection": ["/standings/objections/", "css:a.row-link"],
    "first adjustment": ["/standings/adjustments/", "css:a.row-link"],
    "first survey": ["/standings/surveys/", "css:a.row-link"],
    "first scheme": ["/standings/schemes/", "css:a.row-link:has-text('试运行')"],
    "first trial": ["/standings/schemes/", "css:a.row-link:has-text('试运行')", "用过去的月份试算"],
    "a draft": ["/standings/schemes/", "!起草新一版"],
}


def go(page, address):
    if address in {"a file", "a wrong file"}:
        page.goto("/appeals/import/")
        page.get_by_label("工单台账、回访结果").set_input_files(made_file(is_wrong=address == "a wrong file"))
        page.wait_for_url("**/import/*/")  # chosen is sent
        return
    for step in WAYS.get(address, [address]):
        if step.startswith("/"):
            page.goto(step)
        elif step.startswith("css:"):
            page.locator(step.removeprefix("css:")).first.click()
        elif step.startswith("!"):
            page.get_by_role("button", name=step[1:]).click()
        else:
            page.get_by_role("link", name=step).first.click()


if __name__ == "__main__":
    main()
