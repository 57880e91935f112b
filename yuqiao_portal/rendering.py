"""How forms are drawn, and what every page's frame shows."""

from functools import cache

from django.forms.renderers import TemplatesSetting
from django.urls import reverse
from django.utils.crypto import salted_hmac

from districts.duties import Duty
from districts.inbox.reading import unread
from districts.units.models import Unit

NAVIGATION = [
    ("workbench", "工作台", "layout-dashboard"),
    ("order_list", "工作事项", "clipboard-check"),
    ("circular_list", "通知", "file-text"),
    ("appeal_list", "市民诉求", "phone"),
    ("worklog_list", "工作日志", "notebook"),
    ("goal_list", "年度目标", "flag"),
    ("owed", "待街道答复", "message-reply"),
    ("organisation", "组织架构", "sitemap"),
    ("standings", "考核", "chart-bar"),
]
FOR_PARTY_OFFICE = [("appointment_table", "岗位与权限", "users")]
FOR_THE_STREET = [("burden", "门户负担", "history")]
FOR_DISCIPLINE = [("cadre_reports", "反映干部", "shield-lock")]
WITHOUT_VIEW = ("workbench", "organisation")  # what there is for whoever sees no record


@cache
def menu(duties):
    """The sections of the portal as (name, address, label, icon) for whoever has these duties; the same on every page."""
    entries = [e for e in NAVIGATION if Duty.VIEW in duties or e[0] in WITHOUT_VIEW]
    entries += FOR_THE_STREET if {Duty.SIGN, Duty.ASSESS} & duties else []
    entries += FOR_DISCIPLINE if Duty.CONFIRM in duties else []
    entries += FOR_PARTY_OFFICE if Duty.ASSESS in duties else []
    return [(name, reverse(name), label, symbol) for name, label, symbol in entries]


class PortalRenderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def person_key(request):
    """Says to the browser whose drafts are whose: no name and no number; None to whoever is not logged in."""
    user = getattr(request, "user", None)
    return salted_hmac("drafts", str(user.pk)).hexdigest()[:20] if user and user.is_authenticated else None


def page_frame(request):
    """Who is here under which posts, in which street, and whether the data is fictional."""
    posts, key = getattr(request, "posts", []), person_key(request)
    if not posts:
        is_fictional = Unit.objects.filter(is_fictional=True, parent=None).exists()
        return {"posts": [], "person_key": key, "is_fictional": is_fictional}
    duties = frozenset(duty for a in posts for duty in a.duties)
    if Duty.VIEW not in duties and Unit.objects.where_user_may(request.user, Duty.VIEW).exists():
        duties |= {Duty.VIEW}  # a post is lent to them, or sight granted
    return {
        "posts": posts,
        "person_key": key,
        "street_name": posts[0].street.removesuffix("党建工作协调委员会"),
        "is_fictional": any(a.unit.is_fictional for a in posts),
        "navigation": menu(duties),
        "sees_records": Duty.VIEW in duties,
        "unread": unread(request.user),
    }
