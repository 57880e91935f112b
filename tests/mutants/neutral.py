"""The source of a module without one of its protections."""

import ast

from tests.mutants.finding import walk


def tree_without(source, id):
    """The syntax tree with the protection of that id (path::function::kind::number) neutralised."""
    _, qualname, kind, nth = id.split("::")
    tree = ast.parse(source)
    wanted = (qualname, kind, int(nth))
    node = next(node for node, *found, _ in walk(tree) if tuple(found) == wanted)
    return ast.fix_missing_locations(_Without(node).visit(tree))


class _Without(ast.NodeTransformer):
    def __init__(self, node):
        self.node = node

    def visit(self, node):
        return _neutral(node) if node is self.node else self.generic_visit(node)


def _neutral(node):
    """What stands in its place. The names that it mentions stay mentioned, so that closures keep their shape."""
    if isinstance(node, ast.stmt):
        return ast.If(test=ast.Constant(False), body=[node], orelse=[])
    unused = ast.Subscript(ast.Tuple(node.args, ast.Load()), ast.Slice(upper=ast.Constant(0)), ast.Load())
    everything = ast.Attribute(node.func.value, "all", ast.Load())
    return ast.Call(everything, [ast.Starred(unused, ast.Load())], [])
