"""Every door by which text comes in: the form classes of the project, and the forms on its pages as a browser sees them."""

import pkgutil
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from importlib import import_module

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone

from districts.posts.models import User
from tests.uploads import photo

APPS = ("districts", "talent", "partners", "partybuilding", "yuqiao_portal")
NOT_TYPED = {"hidden", "submit", "button", "radio", "checkbox", "file", "date", "month", "datetime-local", "number"}
PDF = b"%PDF-1.4\n%%EOF"


def form_classes():
    """Every form class of the project, and those that its admin pages make."""
    for app in APPS:
        for module in pkgutil.walk_packages(import_module(app).__path__, f"{app}."):
            if ".migrations." not in module.name and "workbook_child" not in module.name:
                import_module(module.name)
    ours = [c for c in _below(forms.BaseForm) if c.__module__.partition(".")[0] in APPS]
    return sorted({*ours, *_of_the_admin()}, key=lambda c: (c.__module__, c.__qualname__))


def _below(base):
    for one in base.__subclasses__():
        yield one
        yield from _below(one)


def _of_the_admin():
    for role in User.AdminRole.values[1:]:
        request = RequestFactory().get("/admin/")
        request.user = User(admin_role=role)
        for page in admin.site._registry.values():
            if page.has_add_permission(request):
                yield page.get_form(request)
            record = page.model()
            record.ends_on = date.max
            yield page.get_form(request, record, change=True)
            for inline in page.get_inline_instances(request, record):
                yield inline.get_formset(request, record).form


@dataclass
class PageForm:
    """A form that posts, as it stands on a page: `fields` are (name, type, attributes, its options)."""

    action: str
    fields: list = field(default_factory=list)
    button: dict | None = None  # the first, where it has a name

    @property
    def texts(self):
        return [name for name, kind, _, _ in self.fields if kind not in {*NOT_TYPED, "select", "password"}]

    def filled(self, text, file_name=None):
        """What a browser would send, with `text` in every text and files under that name."""
        said = dict(self.button or {})
        for name, kind, attributes, options in self.fields:
            value = attributes.get("value") or ""
            if kind in {"radio", "checkbox"}:
                said.setdefault(name, value or "on")
            elif kind == "select":
                said[name] = value or next(filter(None, options), "")
            elif kind == "file":
                said |= {name: _file(attributes.get("accept", ""), file_name)} if file_name else {}
            elif kind == "hidden" or (value and kind in NOT_TYPED):
                said[name] = value
            else:
                said[name] = _plain(kind, text)
        return said


def _plain(kind, text):
    today = timezone.localdate()
    days = {"date": today, "month": f"{today:%Y-%m}", "datetime-local": f"{today - timedelta(days=1)}T10:00"}
    return days.get(kind, "1" if kind == "number" else text)


def _file(accept, name):
    if accept.startswith("image"):
        return SimpleUploadedFile(f"{name}.jpg", photo().read())
    return SimpleUploadedFile(f"{name}.csv" if "csv" in accept else f"{name}.pdf", PDF)


class FormReader(HTMLParser):
    """Reads the posting forms of a page."""

    def __init__(self, address):
        super().__init__()
        self.address, self.found, self.now, self.select = address, [], None, None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.now = PageForm(attributes.get("action") or self.address)
            if attributes.get("method", "").lower() == "post":
                self.found.append(self.now)
        elif tag == "button" and self.now is not None and self.now.button is None:
            self.now.button = {attributes["name"]: attributes.get("value", "")} if "name" in attributes else {}
        elif self.now is None or not attributes.get("name", "value" if tag == "option" else None):
            return
        elif tag == "option":
            if self.select:
                self.select[3].append(attributes.get("value", ""))
                if "selected" in attributes:
                    self.select[2]["value"] = attributes.get("value", "")
        elif tag in {"input", "textarea", "select"}:
            self._add(tag, attributes)

    def _add(self, tag, attributes):
        kind = attributes.get("type", "text") if tag == "input" else tag
        if kind != "submit" and attributes["name"] != "csrfmiddlewaretoken":
            self.now.fields.append((attributes["name"], kind, attributes, []))
        if tag == "select":
            self.select = self.now.fields[-1]

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        elif tag == "select":
            self.select = None


def forms_of(address, page):
    reader = FormReader(address)
    reader.feed(page)
    return reader.found
