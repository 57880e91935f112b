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


@register.filter
def is_in(path, section):
    """Does a page belong to a section of the menu? The workbench is a section of its own."""
    return path == section or (section != "/" and path.startswith(section))


@register.filter
def narrows(query):
    """Does a query string narrow a list by more than words and a page?"""
    return any(value for key, value in query.items() if key not in {"q", "page"})


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
