"""Every protection of the production code, found in its syntax: refusals, checks, gates, methods, validators, constraints.

A protection has an id that outlives moved lines: `path::function::kind::which of that kind in the function`.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("districts", "partybuilding", "talent", "partners", "yuqiao_portal")
LEFT_OUT = ("/migrations/", "/demo/", "make_city.py", "load_demo.py", "serve_demo.py")
MISTAKES = {"NotImplementedError", "TypeError"}  # of a programmer; every other raise refuses something
GATES = {"where_user_may", "where_user_may_any", "in_street_of", "readable_by", "editable_by", "in_standings_for"}
CHECKS = ("check_", "_check_", "refuse_", "_refuse_")
METHODS = {"require_POST", "require_safe", "require_http_methods"}
CONSTRAINTS = {"CheckConstraint", "UniqueConstraint"}
SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Protection:
    """Where it stands: `lines` are its own; `key` names a constraint, the field of a validator, or what a check calls."""

    id: str
    path: str
    qualname: str
    kind: str
    nth: int
    lines: tuple
    key: str = ""


def name_of(node):
    """The last word of what is called or raised: `forms.ValidationError(…)` is ValidationError."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def kind_of(node):
    """The kind of protection that a node is, or None."""
    if isinstance(node, ast.Raise):
        return "raise" if node.exc is not None and name_of(node.exc) not in MISTAKES else None
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return _kind_of_statement(name_of(node.value))
    if isinstance(node, ast.Call):
        return _kind_of_call(node)
    if isinstance(node, ast.keyword) and node.arg == "validators":
        return "validators"
    return None


def _kind_of_statement(name):
    if name == "add_error":
        return "add_error"
    return "check" if name.startswith(CHECKS) else None


def _kind_of_call(node):
    name = name_of(node)
    if name in GATES and isinstance(node.func, ast.Attribute):
        return "gate"
    return "constraint" if name in CONSTRAINTS else None


class Walk(ast.NodeVisitor):
    """Visits protections in the order of the text, each with its function and its number there."""

    def __init__(self):
        self.scope, self.count, self.field, self.found = [], {}, "", []

    def visit(self, node):
        kind = kind_of(node)
        if kind and (kind != "gate" or self.scope):
            self.add(node, kind)
        if not isinstance(node, SCOPES):
            if isinstance(node, ast.Assign):
                self.field = name_of(node.targets[0])
            self.generic_visit(node)
            return
        self.scope.append(node.name)
        for decorator in getattr(node, "decorator_list", ()):
            if name_of(decorator) in METHODS:
                self.add(decorator, "method")
        if not isinstance(node, ast.ClassDef):
            self.scope.append("<locals>")
        self.generic_visit(node)
        del self.scope[-1 if isinstance(node, ast.ClassDef) else -2 :]

    def add(self, node, kind):
        qualname = ".".join(self.scope).removesuffix(".<locals>")
        nth = self.count[qualname, kind] = self.count.get((qualname, kind), 0) + 1
        self.found.append((node, qualname, kind, nth, self.field))


def walk(tree):
    """(node, qualified name, kind, number, field) of each protection in a module."""
    visitor = Walk()
    visitor.visit(tree)
    return visitor.found


def _key(node, kind, field):
    if kind == "constraint":
        return next(k.value.value for k in node.keywords if k.arg == "name")
    return {"validators": field, "check": name_of(getattr(node, "value", None))}.get(kind, "")


def protections_in(path):
    """Of one module, whose path is relative to the project's root."""
    for node, qualname, kind, nth, field in walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        first = getattr(node, "lineno", None) or node.value.lineno
        last = getattr(node, "end_lineno", None) or node.value.end_lineno
        key = _key(node, kind, field)
        id = f"{path}::{qualname}::{kind}::{nth if kind == 'check' else key or nth}"
        yield Protection(id, path, qualname, kind, nth, (first, last), key)


def modules():
    """Paths of the production modules, relative to the project's root."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if not any(part in f"/{path}" for part in LEFT_OUT):
                yield path


def protections():
    return [found for path in modules() for found in protections_in(path)]
