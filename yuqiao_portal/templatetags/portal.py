"""Small pieces of display. Built in, so that templates need not load them."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def icon(name, size=20):
    """An icon of the sprite, for the eye only: words stand beside it."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false"><use href="{1}#{2}"/></svg>',
        size,
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def percent(rate):
    """A rate with one decimal and its sign; — for nothing to count."""
    return "—" if rate is None else f"{rate:.1f}%"


@register.filter
def basis_points(value):
    """9500 as 95 %."""
    return f"{value / 100:g}%"


@register.filter
def points(hundredths):
    return "—" if hundredths is None else f"{hundredths / 100:.2f}"


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
