"""The layers, the settings' readers and the lock files, as they were agreed."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
LEVEL = {"districts": 0, "talent": 1, "partners": 1, "partybuilding": 2, "yuqiao_portal": 3}


def test_no_foreign_key_points_upward():
    wrong = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.auto_created or not field.is_relation or model._meta.app_label not in LEVEL:
                continue
            target = field.related_model._meta.app_label
            if target in LEVEL and LEVEL[target] > LEVEL[model._meta.app_label]:
                wrong.append(str(field))
    assert wrong == []


def test_no_signal_receiver_and_no_generic_foreign_key_of_ours():
    for path in code_files():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@receiver\(|post_save|GenericForeignKey", text), path


def test_no_file_is_over_400_lines_and_no_function_over_40():
    for path in code_files():
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 40, (path, node.name)


def code_files():
    for app in LEVEL:
        yield from (p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def test_no_test_file_imports_another():
    """What several need stands in `cast.py`, a `conftest.py` or a module of helpers: a moved test breaks no other."""
    wrong = []
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            found = [name for name in names if re.search(r"(^|\.)test_\w+$", name)]
            wrong += [(path.relative_to(ROOT).as_posix(), name) for name in found]
    assert wrong == []


MOMENTARY = {
    "is_visible",
    "is_hidden",
    "is_enabled",
    "is_disabled",
    "is_editable",
    "is_checked",
    "inner_text",
    "all_inner_texts",
    "text_content",
    "all_text_contents",
    "input_value",
    "get_attribute",
    "url",
    "title",
    "wait_for_timeout",
}


def test_an_assertion_in_a_browser_waits_and_samples_no_moment():
    """What a page says later must not decide a test by chance: `expect` waits, an assertion over a locator does not."""
    wrong = []
    for path in (ROOT / "tests" / "browser").glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts = [part for node in ast.walk(tree) if isinstance(node, ast.Assert) for part in ast.walk(node.test)]
        parts += [part for part in ast.walk(tree) if getattr(part, "attr", "") == "wait_for_timeout"]
        wrong += [f"{path.name}:{p.lineno}" for p in parts if isinstance(p, ast.Attribute) and p.attr in MOMENTARY]
    assert wrong == []


def test_lock_files_name_no_host():
    for name in ("requirements.txt", "requirements-dev.txt", "assets/package.json"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DJANGO_DEBUG": "yes"}, "DJANGO_DEBUG 只能是 0 或 1"),
        ({"DJANGO_SECRET_KEY": ""}, "请设置 DJANGO_SECRET_KEY"),
        ({"DJANGO_SECRET_KEY": "short"}, "DJANGO_SECRET_KEY 太短"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL 只支持"),
        ({"CELERY_BROKER_URL": "sqs://x"}, "CELERY_BROKER_URL 只支持"),
        ({"SESSION_IDLE_SECONDS": "soon"}, "SESSION_IDLE_SECONDS 应为正整数"),
        ({"EVENTS_KEPT_YEARS": "-1"}, "EVENTS_KEPT_YEARS 应为年数，0 为永久"),
        ({"REMIND_HOUR": "24"}, "REMIND_HOUR 应为 0 到 23 点"),
    ],
)
def test_a_bad_setting_is_refused_in_words(tmp_path, variables, sentence):
    base = {"DJANGO_DEBUG": "0", "DJANGO_SECRET_KEY": "k" * 40, "DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    tried = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**base, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 1
    assert sentence in tried.stderr


def test_only_the_gate_and_its_builders_read_records_ungated():
    """A page, form or export never starts from `.objects.all()`."""
    for path in code_files():
        if re.search(r"views|forms|pages", path.name):
            assert ".objects.all()" not in path.read_text(encoding="utf-8"), path


def test_templates_hold_no_inline_script_style_or_foreign_address():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script>|\son[a-z]+=|style=\"|(src|href)=[\"']https?://", text), path
