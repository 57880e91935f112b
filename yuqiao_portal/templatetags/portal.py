"""Small pieces of display. Built in, so that templates need not load them."""

from functools import cache

from django import template
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join

from districts.jobs.models import Alarm
from districts.records.once import fresh_token
from partybuilding.appeals.pills import pills_of
from partybuilding.appeals.rates.counting import one_decimal
from partybuilding.assessment.catalog import label_of

register = template.Library()


@register.simple_tag
@cache
def icon(name, size=20):
    """An icon of the sprite, for the eye only: words stand beside it."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false"><use href="{1}#{2}"/></svg>',
        size,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def open_alarms():
    return Alarm.objects.filter(ended_at=None).order_by("pk")


@register.simple_tag
def appeal_pills(appeal):
    return format_html_join(" ", '<span class="pill pill-{}">{}</span>', pills_of(appeal))


@register.simple_tag
def pill(record):
    """The state of a record in its colour (districts.records.states)."""
    colour, label = type(record).State(record.state).colour, record.get_state_display()
    return format_html('<span class="pill pill-{}">{}</span>', colour, label)


@register.simple_tag
def options(optgroups):
    """The options of a select, as Django's widget hands them over: (label of the group or None, options, index)."""
    drawn = (
        (group, format_html_join("", '<option value="{}"{}>{}</option>', map(_option, members)))
        for group, members, _ in optgroups
    )
    return format_html_join("", "{}", ((_optgroup(group, body) if group else body,) for group, body in drawn))


def _option(option):
    attributes = flatatt(option["attrs"]) if option["attrs"] else ""
    return str(option["value"]), attributes, option["label"]


def _optgroup(label, body):
    return format_html('<optgroup label="{}">{}</optgroup>', label, body)


@register.filter(expects_localtime=True)
def day(date):
    """2026年10月3日; nothing for no date. Django's own filter reads its format anew for each of a list's rows."""
    return f"{date.year}年{date.month}月{date.day}日" if date else ""


@register.filter(expects_localtime=True)
def moment(time):
    """2026年10月3日 09:05; nothing for no time."""
    return f"{day(time)} {time:%H:%M}" if time else ""


@register.filter(expects_localtime=True)
def machine(time):
    """2026-10-03 09:05: what a <time> says to programs."""
    return f"{time:%Y-%m-%d %H:%M}"


@register.filter
def month_name(code):
    """2026-10 as 2026年10月."""
    return f"{code[:4]}年{int(code[5:])}月"


@register.filter
def percent(rate):
    """A rate with one decimal and its sign; — for nothing to count."""
    return "—" if rate is None else f"{rate:.1f}%"


@register.filter
def share(fraction):
    """A share of 1 as a percentage with one decimal, half up; — for nothing to count."""
    return "—" if fraction is None else f"{one_decimal(100 * fraction)}%"


@register.filter
def hundredths(value):
    """90 as 0.9."""
    return f"{value / 100:g}"


@register.filter
def basis_points(value):
    """9500 as 95 %."""
    return f"{value / 100:g}%"


@register.filter
def points(hundredths):
    return "—" if hundredths is None else f"{hundredths / 100:.2f}"


@register.filter
def indicator_label(code):
    return label_of(code)


@register.filter
def minus(one, other):
    """How far two numbers are apart."""
    return abs(one - other)


@register.filter
def plain_points(hundredths):
    """A weight as people read it: 30, 2.5."""
    return f"{hundredths / 100:g}"


@register.filter
def is_in(path, section):
    """Does a page belong to a section of the menu? The workbench is a section of its own."""
    return path == section or (section != "/" and path.startswith(section))


@register.filter
def narrows(query):
    """Does a query string narrow a list by more than words and a page?"""
    return any(value for key, value in query.items() if key not in {"q", "page", "view"})


@register.simple_tag(takes_context=True)
def once(context):
    """The hidden token by which a form that is sent twice is taken once; kept while the form comes back with errors."""
    token = context["request"].POST.get("once") or fresh_token()
    return format_html('<input type="hidden" name="once" value="{}">', token)


@register.simple_tag(takes_context=True)
def with_query(context, **changes):
    """The present query string with some values changed, for pagers and tabs; an empty value drops the key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return "?" + query.urlencode()


SCORE_LINES = (60, 80, 100)


@register.simple_tag
def score_chart(sheets, this):
    """Bars of one unit's scores, newest first as given and oldest first as drawn, over a few lines; None for fewer than two."""
    if sum(s.score is not None for s in sheets) < 2:
        return None
    slot, height = WIDE / len(sheets), lambda points: (FLOOR - TOP) * min(points, 100) / 100  # a bonus may exceed 100
    bars = [
        {
            "middle": round(LEFT + slot * (n + 0.5), 1),
            "x": round(LEFT + slot * (n + 0.5) - min(slot * 0.3, 24), 1),
            "width": round(min(slot * 0.6, 48), 1),
            "y": round(FLOOR - height((s.score or 0) / 100), 1),
            "height": round(height((s.score or 0) / 100), 1),
            "text_at": round(FLOOR - height((s.score or 0) / 100) - 4, 1),
            "score": None if s.score is None else f"{s.score / 100:.0f}",
            "label": f"{int(s.period.code[5:])}月",
            "is_this": s.pk == this.pk,
        }
        for n, s in enumerate(reversed(sheets))
    ]
    lines = [
        {"value": band, "at": round(FLOOR - height(band), 1), "text_at": round(FLOOR - height(band) + 4, 1)}
        for band in SCORE_LINES
    ]
    return {"bars": bars, "lines": lines}


TOP, FLOOR, LEFT, WIDE = 12, 172, 40, 552  # the drawing's box in a view of 600 x 200


@register.simple_tag
def chart(trend, label="week"):
    """Bars (the first number) and a line (the second) of a trend by week or month, as coordinates for an SVG that is drawn without a script."""
    most = max([1, *(max(issued, accepted) for _, issued, accepted in trend)])
    step = -(-most // 4)
    height = lambda value: (FLOOR - TOP) * value / (4 * step)  # noqa: E731
    slot = WIDE / max(len(trend), 1)
    middles = [round(LEFT + slot * (n + 0.5), 1) for n in range(len(trend))]
    dots = [(x, round(FLOOR - height(accepted), 1)) for x, (_, _, accepted) in zip(middles, trend, strict=True)]
    return {
        "lines": [
            {
                "value": step * n,
                "at": round(FLOOR - height(step * n), 1),
                "text_at": round(FLOOR - height(step * n) + 4, 1),
            }
            for n in range(5)
        ],
        "bars": [
            {
                "x": round(x - slot * 0.3, 1),
                "y": round(FLOOR - height(issued), 1),
                "width": round(slot * 0.6, 1),
                "height": round(height(issued), 1),
                "middle": x,
                "label": f"{monday.month}月" if label == "month" else f"{monday.month}/{monday.day}",
            }
            for x, (monday, issued, _) in zip(middles, trend, strict=True)
        ],
        "points": " ".join(f"{x},{y}" for x, y in dots),
        "dots": dots,
    }
