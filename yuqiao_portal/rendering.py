"""How forms are drawn, and what every page's frame shows."""

from django.forms.renderers import TemplatesSetting

from districts.units.models import Unit

NAVIGATION = [
    ("workbench", "工作台", "layout-dashboard"),
    ("order_list", "工作事项", "clipboard-check"),
    ("worklog_list", "工作日志", "notebook"),
    ("organisation", "组织架构", "sitemap"),
    ("standings", "考核", "chart-bar"),
]


class PortalRenderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def page_frame(request):
    """Who is here under which posts, in which street, and whether the data is fictional."""
    posts = getattr(request, "posts", [])
    if not posts:
        return {"posts": [], "is_fictional": Unit.objects.filter(is_fictional=True, parent=None).exists()}
    return {
        "posts": posts,
        "street_name": Unit.objects.get(tree_id=posts[0].unit.tree_id, parent=None).street_name,
        "is_fictional": any(a.unit.is_fictional for a in posts),
        "navigation": NAVIGATION,
    }
