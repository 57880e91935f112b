"""nginx as deploy/nginx.conf sets it up: what people see when it answers by itself, and that the portal's pages pass."""

import http.client
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import NGINX
from tests.processes import ROOT

DEPLOY = ROOT / "deploy"
PAGES = DEPLOY / "pages"
NAME = "portal.example.gov.cn"
CODES = {"400", "413", "421", "429", "494", "497", "502", "503", "504"}


def named_pages():
    text = (PAGES / "pages.conf").read_text(encoding="utf-8")
    return re.findall(r"error_page ([\d ]+) (?:=400 )?/_pages/(\S+);", text)


def test_every_page_that_nginx_shows_exists_and_asks_nothing_of_anybody():
    assert {code for codes, _ in named_pages() for code in codes.split()} == CODES
    assert {name for _, name in named_pages()} == {path.name for path in PAGES.glob("*.html")}
    for path in PAGES.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert 'lang="zh-Hans"' in text, path
        assert 'name="viewport"' in text, path
        assert re.search(r"<h1>[一-鿿]+</h1>", text), path
        assert not re.search(r"https?://|src=|href=|url\(|@import|fetch\(", text), path


def test_both_servers_have_the_pages_and_the_portals_own_pass():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert text.count("include /etc/yuqiao-portal/pages/pages.conf;") == 2
    assert not re.search(r"^\s*proxy_intercept_errors", text, re.MULTILINE)


class Portal(BaseHTTPRequestHandler):
    """Stands for the portal: answers as the address asks."""

    def do_GET(self):
        if self.path == "/hang":
            time.sleep(3)
        body = f"门户自己的页面 {self.path}".encode()
        self.send_response(int(self.path[1:]) if self.path[1:].isdigit() else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextmanager
def portal(port):
    server = ThreadingHTTPServer(("127.0.0.1", port), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class Nginx:
    """deploy/nginx.conf in a folder and on ports of its own, with a second to wait for the portal instead of 75."""

    def __init__(self, folder):
        self.folder, self.plain, self.secure, self.behind = folder, free_port(), free_port(), free_port()
        self.certify()
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for old, new in [
            (r"/etc/yuqiao-portal/pages/pages.conf", f"{folder}/pages.conf"),
            (r"/etc/yuqiao-portal", str(folder)),
            (r"/var/log/nginx", str(folder)),
            (r"listen 80\b", f"listen 127.0.0.1:{self.plain}"),
            (r"listen 443\b", f"listen 127.0.0.1:{self.secure}"),
            (r"127.0.0.1:8000", f"127.0.0.1:{self.behind}"),
            (r"proxy_read_timeout 75s", "proxy_read_timeout 1s"),
        ]:
            text, count = re.subn(old, new, text)
            assert count, old
        pages = (PAGES / "pages.conf").read_text(encoding="utf-8").replace("/etc/yuqiao-portal/pages/", f"{PAGES}/")
        (folder / "pages.conf").write_text(pages, encoding="utf-8")
        places = [f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
        (folder / "nginx.conf").write_text(
            f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; {' '.join(places)}\n{text}}}\n",
            encoding="utf-8",
        )

    def certify(self):
        names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
        files = ["-keyout", str(self.folder / "tls.key"), "-out", str(self.folder / "tls.crt")]
        kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        subprocess.run(["openssl", "req", *kind, *names, *files], check=True, capture_output=True)

    def start(self):
        return subprocess.Popen([NGINX, "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")])

    def ask(self, path, method="GET", host=NAME, body=None, headers=None):
        context = ssl.create_default_context(cafile=self.folder / "tls.crt")
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", self.secure, context=context, timeout=10)
        return self.answer(connection, method, path, body, {"Host": host, **(headers or {})})

    def ask_plainly(self, path, host=NAME, port=None):
        return self.answer(
            http.client.HTTPConnection("127.0.0.1", port or self.plain), "GET", path, None, {"Host": host}
        )

    @staticmethod
    def answer(connection, *request):
        connection.request(*request)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text, response.headers


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    found = Nginx(Path(tmp_path_factory.mktemp("nginx")))
    process = found.start()
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", found.secure), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield found
    process.terminate()
    process.wait(10)


def is_page(answer, code, title):
    status, text, headers = answer
    assert (status, f"<h1>{title}</h1>" in text) == (code, True)
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    return True


@pytest.mark.nginx
def test_a_portal_that_is_down_or_hangs_is_said_in_words(nginx):
    assert is_page(nginx.ask("/orders/"), 502, "系统正在启动或暂时忙")
    assert is_page(nginx.ask("/orders/", "POST", body="text=x"), 502, "系统正在启动或暂时忙")
    assert nginx.ask("/")[2]["Cache-Control"] == "no-store"
    with portal(nginx.behind):
        assert is_page(nginx.ask("/hang"), 504, "系统正在启动或暂时忙")


@pytest.mark.nginx
def test_what_the_portal_says_passes_untouched(nginx):
    with portal(nginx.behind):
        for path, code in [("/", 200), ("/400", 400), ("/404", 404), ("/413", 413), ("/429", 429), ("/503", 503)]:
            assert nginx.ask(path)[:2] == (code, f"门户自己的页面 {path}")
        assert nginx.ask("/_pages/503.html")[0] == 404


@pytest.mark.nginx
def test_a_file_too_large_or_a_broken_request_is_said_in_words(nginx):
    with portal(nginx.behind):
        assert is_page(nginx.ask("/x", "POST", headers={"Content-Length": str(81 << 20)}), 413, "文件太大")
        assert is_page(nginx.ask("/", headers={"X-Long": "x" * 40_000}), 400, "这次请求不完整")
        assert is_page(nginx.ask("/", headers={"Content-Length": "many"}), 400, "这次请求不完整")
        assert is_page(nginx.ask_plainly("/", port=nginx.secure), 400, "这次请求不完整")


@pytest.mark.nginx
def test_another_address_than_the_portals_is_refused(nginx):
    with portal(nginx.behind):
        assert is_page(nginx.ask("/", host="evil.example"), 421, "这个网址不是本系统的地址")
        assert is_page(nginx.ask_plainly("/", host="127.0.0.1"), 421, "这个网址不是本系统的地址")
        status, _, headers = nginx.ask_plainly("/orders/")
        assert (status, headers["Location"]) == (301, f"https://{NAME}/orders/")


@pytest.mark.nginx
def test_an_office_logs_in_and_a_program_that_guesses_is_slowed(nginx):
    with portal(nginx.behind):
        statuses = [nginx.ask("/login/", "POST", body="username=x")[0] for _ in range(41)]
        assert set(statuses) == {200}
        answers = [nginx.ask("/login/", "POST", body="username=x") for _ in range(20)]
        assert is_page(next(a for a in answers if a[0] != 200), 429, "登录太频繁")
        assert {nginx.ask("/login/")[0] for _ in range(60)} == {200}
        assert {nginx.ask("/orders/", "POST", body="x")[0] for _ in range(60)} == {200}


@pytest.mark.nginx
def test_the_box_of_suggestions_stands_in_no_log(nginx):
    """Neither who opened it or spoke into it, nor what was fetched from its page, nor what failed there."""
    box, other = f"https://{NAME}/voice/", f"https://{NAME}/voice/7/"
    log, errors = nginx.folder / "access.log", nginx.folder / "error.log"
    with portal(nginx.behind):
        for path, referer in [("/voice/", ""), ("/voice/?page=2", ""), ("/aaa/", box), ("/bbb/", f"{box}?page=2")]:
            nginx.ask(path, headers={"Referer": referer})
            nginx.ask(path, "POST", body="text=x", headers={"Referer": referer})
        for path, referer in [("/ccc/", other), ("/voice/7/", "")]:
            nginx.ask(path, headers={"Referer": referer})
    nginx.ask("/voice/", "POST", body="text=x")  # while the portal is down
    nginx.ask("/ddd/")
    waited = time.monotonic() + 5
    while "/ddd/" not in log.read_text() and time.monotonic() < waited:
        time.sleep(0.05)
    asked = re.findall(r'"(?:GET|POST) (\S+) HTTP', log.read_text())
    assert [path for path in asked if path in {"/aaa/", "/bbb/"} or path.startswith("/voice/?")] == []
    assert ("/voice/" in asked, {"/ccc/", "/voice/7/", "/ddd/"} <= set(asked)) == (False, True)
    assert ("/ddd/" in errors.read_text(), "/voice/ " in errors.read_text()) == (True, False)
