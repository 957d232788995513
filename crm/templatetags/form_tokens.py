"""`{% csrf_token %}` as Django has it, with the field of crm.web.drawn beside it, so that no form can lack it."""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from crm.web.drawn import FIELD, token_of

register = template.Library()


class FormTokensNode(CsrfTokenNode):
    def render(self, context):
        guard = super().render(context)
        request = getattr(context, "request", None)
        user = getattr(request, "user", None)
        if not guard or user is None or not user.is_authenticated:
            return guard
        return guard + format_html(
            '<input type="hidden" name="{}" value="{}">', FIELD, token_of(request)
        )


@register.tag
def csrf_token(parser, token):
    return FormTokensNode()
