"""Prose on several lines of a template. Built in, so that templates need not load it."""

import re

from django import template
from django.template.base import TextNode

register = template.Library()
LINE_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")


class Line(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return self.nodelist.render(context)


@register.tag
def line(parser, token):
    """{% line %}…{% endline %}: line breaks and indentation draw nothing, where HTML would draw a space between characters.

    Settled when the template is read: only its own text changes, never what is put into it. Between the attributes of a
    tag a line break stays the space that it is; a space that is to be seen stands inside a line.
    """
    nodelist, in_tag = parser.parse(["endline"]), False
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        node.s, in_tag = _without_breaks(node.s, in_tag)
    return Line(nodelist)


def _without_breaks(text, in_tag):
    """(text, whether it ends between the attributes of a tag)."""
    kept = []
    for piece in re.split(r"(?<=>)|(?=<)", text):
        in_tag = in_tag or piece.startswith("<")
        kept.append(LINE_BREAK.sub(" " if in_tag else "", piece))
        in_tag = in_tag and not piece.endswith(">")
    return "".join(kept), in_tag
