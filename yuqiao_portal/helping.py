"""The help pages: the very files of docs/posts, so that what is printed and what is shown never differ."""

import re
from functools import cache
from pathlib import Path

import markdown
from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from districts.duties import Post

DOCS = Path(settings.BASE_DIR) / "docs"
PAGES = {
    "secretary": ("社区（村）书记、副书记、支部书记", (Post.SECRETARY, Post.DEPUTY_SECRETARY, Post.BRANCH_SECRETARY)),
    "worker": ("社区工作者、村干部", (Post.WORKER,)),
    "commissioner": ("党建专员、党建助理、秘书助理室、牵头书记", (Post.COMMISSIONER, Post.ASSISTANT, Post.AIDE, Post.LEAD_SECRETARY)),
    "street": ("街道领导、党群办", (Post.STREET_LEADER, Post.PARTY_OFFICE)),
    "department": ("科室负责人、科室工作人员", (Post.DEPARTMENT_HEAD, Post.CLERK)),
    "discipline": ("纪检监察工委", (Post.DISCIPLINE,)),
    "administrators": ("三位管理员", ()),
}  # fmt: skip


@cache
def page_html(name):
    """A page of docs/posts as HTML, its pictures served by `help_picture`."""
    text = (DOCS / "posts" / f"{name}.md").read_text(encoding="utf-8")
    html = markdown.markdown(text, extensions=["tables", "sane_lists"])
    html = re.sub(r'src="\.\./images/([a-z0-9-]+\.png)"', r'src="/help/images/\1" loading="lazy"', html)
    return mark_safe(html)


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
