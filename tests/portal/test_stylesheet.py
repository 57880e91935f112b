"""The stylesheet is written in parts and served as one file."""

import re

import pytest
from django.conf import settings as real
from django.contrib.staticfiles import finders
from django.core.management import call_command

from yuqiao_portal.stylesheet import PARTS, joined

SOURCES = real.BASE_DIR / "static" / "css"


@pytest.fixture
def sources(settings, tmp_path):
    """A program of its own whose every part says its name."""
    settings.BASE_DIR = settings.DATA_DIR = tmp_path
    folder = tmp_path / "static" / "css"
    folder.mkdir(parents=True)
    for part in PARTS:
        (folder / f"{part}.css").write_text(f"/* {part} */\n")
    return folder


def test_every_part_is_joined_once_and_in_order(sources):
    assert re.findall(r"/\* (\w+) \*/", joined().read_text()) == PARTS


def test_no_part_is_forgotten():
    assert sorted(path.stem for path in SOURCES.iterdir()) == sorted(PARTS)


def test_a_changed_part_is_seen_and_an_unchanged_file_stays(sources):
    first = joined().stat()
    assert joined().stat() == first
    (sources / "people.css").write_text("/* changed */\n")
    assert "/* changed */" in joined().read_text()


def test_the_page_finds_one_file():
    assert finders.find("portal.css") == str(joined())
    assert finders.find("portal.css", find_all=True) == [str(joined())]
    assert finders.find("portal.js") == str(real.BASE_DIR / "static" / "portal.js")


def test_what_is_collected_holds_one_stylesheet_and_none_of_its_parts(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = real.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "portal.css").read_text() == joined().read_text()
    hashed = list(tmp_path.glob("portal.*.css"))
    assert len(hashed) == 1
    assert hashed[0].with_name(f"{hashed[0].name}.gz").exists()
    assert not (tmp_path / "css").exists()
