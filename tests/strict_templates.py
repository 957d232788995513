"""Templates in tests: a method is called where it is named.

Django's templates call what they find; Jinja2's do not, and `{% if row.is_late %}` of a method is always true.
"""

from inspect import isroutine

from jinja2.compiler import CodeGenerator


class NamedMethodsAreCalled(CodeGenerator):
    """Compiles each attribute that is not called into one that may not be a method."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.called = set()

    def visit_Call(self, node, frame, **options):  # noqa: N802 (Jinja2's name)
        self.called.add(id(node.node))
        super().visit_Call(node, frame, **options)

    def visit_Getattr(self, node, frame):  # noqa: N802 (Jinja2's name)
        if id(node) in self.called:
            super().visit_Getattr(node, frame)
            return
        self.write("environment.plain(")
        super().visit_Getattr(node, frame)
        self.write(f", {node.attr!r})")


def plain(value, name):
    """The value; an error where it is a method, which the template forgot to call."""
    if isroutine(value):
        raise TypeError(f"The template names the method {name}() and does not call it.")
    return value


def watch(environment):
    """Compile what this environment loads from now on with the rule of this module."""
    environment.code_generator_class = NamedMethodsAreCalled
    environment.plain = plain
    if environment.cache is not None:
        environment.cache.clear()
