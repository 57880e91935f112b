"""The help pages and the manuals: every link and every picture leads somewhere, and pictures stay few and small."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.kept import KEPT
from tests.cast import log_in
from yuqiao_portal.helping import PAGES

ROOT = Path(__file__).resolve().parents[2]
MANUALS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
IMAGES = ROOT / "docs" / "images"
SHOWN = re.compile(r'(?:href|src)="([^"]+)"')
WRITTEN = re.compile(r"\]\(([^)\s]+)\)")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_picture_of_a_help_page_is_served(street, client, name):
    log_in(client, street.people["worker"])
    page = client.get(f"/help/{name}/").content.decode()
    article = page.partition('<article class="card help-text">')[2].partition("</article>")[0]
    assert len(article) > 200
    answers = {address: client.get(address).status_code for address in SHOWN.findall(article)}
    assert answers == dict.fromkeys(answers, 200)


@pytest.mark.parametrize("name", PAGES)
def test_a_picture_of_a_help_page_says_what_it_shows_and_how_large_it_is(street, client, name):
    log_in(client, street.people["worker"])
    for tag in re.findall("<img [^>]+>", client.get(f"/help/{name}/").content.decode()):
        told = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        with Image.open(IMAGES / told["src"].rpartition("/")[2]) as picture:
            assert (told["width"], told["height"]) == tuple(map(str, picture.size))
        assert (told["loading"], len(told["alt"]) > 3) == ("lazy", True)


def test_every_link_of_the_manuals_leads_to_a_file():
    written = [(path, link) for path in MANUALS for link in WRITTEN.findall(path.read_text(encoding="utf-8"))]
    assert len(written) > 10
    dead = [(path.name, link) for path, link in written if not (path.parent / link.partition("#")[0]).exists()]
    assert dead == []


def test_pictures_are_six_that_are_shown_and_small():
    shown = {link.rpartition("/")[2] for path in MANUALS for link in WRITTEN.findall(path.read_text(encoding="utf-8"))}
    kept = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    assert set(kept) == {f"{name}.png" for name in KEPT}
    assert set(kept) <= shown
    assert [name for name, size in kept.items() if size > 60 * 1024] == []


def test_all_pictures_of_the_repository_are_less_than_a_megabyte():
    folders = ("assets", "deploy", "docs", "static", "templates", "tests")
    sizes = [p.stat().st_size for f in folders for p in (ROOT / f).rglob("*") if p.suffix.lower() in PICTURES]
    assert len(sizes) >= 6
    assert sum(sizes) < 1024 * 1024
