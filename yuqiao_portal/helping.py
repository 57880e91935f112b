"""The help pages: the very files of docs, so that what is printed and what is shown never differ."""

import re
from functools import cache
from pathlib import Path

import markdown
from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from PIL import Image

from districts.duties import Post

DOCS = Path(settings.BASE_DIR) / "docs"
PAGES = {
    "secretary": ("社区（村）书记、副书记、支部书记", (Post.SECRETARY, Post.DEPUTY_SECRETARY, Post.BRANCH_SECRETARY)),
    "worker": ("社区工作者、村干部", (Post.WORKER,)),
    "commissioner": (
        "党建专员、党建助理、秘书助理室、牵头书记",
        (Post.COMMISSIONER, Post.ASSISTANT, Post.AIDE, Post.LEAD_SECRETARY),
    ),
    "street": ("街道领导、党群办", (Post.STREET_LEADER, Post.PARTY_OFFICE)),
    "dispatcher": ("市民诉求处置中心", (Post.DISPATCHER,)),
    "department": ("科室负责人、科室工作人员", (Post.DEPARTMENT_HEAD, Post.CLERK)),
    "discipline": ("纪检监察工委", (Post.DISCIPLINE,)),
    "administrators": ("三位管理员", ()),
    "appeals": ("每月接诉即办", ()),
    "assessment": ("每月考核", ()),
}


@cache
def page_html(name):
    """A page of docs as HTML: its pictures are served by `help_picture`, its links to other pages by `help_page`."""
    text = file_of(name).read_text(encoding="utf-8")
    html = markdown.markdown(text, extensions=["tables", "sane_lists", "fenced_code"])
    html = re.sub(r'src="(?:\.\./)?images/([a-z0-9-]+\.png)"', _picture, html)
    return mark_safe(re.sub(r'href="(?:[a-z./]*/)?([a-z]+)\.md"', _link, html))


def file_of(name):
    """A post's page stands in docs/posts, what a month takes beside it."""
    path = DOCS / "posts" / f"{name}.md"
    return path if path.exists() else DOCS / f"{name}.md"


def _picture(found):
    """The address and the size of a picture, so that the text below does not jump when it comes."""
    with Image.open(DOCS / "images" / found[1]) as picture:
        width, height = picture.size
    address = reverse("help_picture", args=[found[1]])
    return f'src="{address}" width="{width}" height="{height}" loading="lazy"'


def _link(found):
    return f'href="{reverse("help_page", args=[found[1]])}"'


@require_safe
def help_page(request, name=None):
    """The page of the reader's own first post, or the one that is asked for."""
    mine = {a.post for a in request.posts}
    own = next((page for page, (_, posts) in PAGES.items() if mine & set(posts)), "administrators")
    name = name or own
    if name not in PAGES:
        raise Http404
    return render(request, "help.html", {"pages": PAGES, "name": name, "own": own, "html": page_html(name)})


@require_safe
def help_picture(request, name):
    path = DOCS / "images" / name
    if not re.fullmatch(r"[a-z0-9-]+\.png", name) or not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")
