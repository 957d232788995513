"""Pages and a route that fail with what people typed in the text of the error, beside those of the site."""

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import include, path
from rest_framework.views import APIView


def page(request, **address):
    try:
        raise OSError(13, f"not allowed: {request.POST} of {request.user}\r\n{{}}", "CANARY.pdf")
    except OSError as error:
        raise IntegrityError(f"CANARY {request.get_full_path()}") from error


class Route(APIView):
    def post(self, request):
        raise ValueError(f"CANARY {request.data} {request.headers}")


handler500 = "crm.web.errors.failed"
urlpatterns = [
    path("fails/<str:token>/<int:pk>/", login_not_required(page), name="fails"),
    path("fine/", login_not_required(lambda request: HttpResponse("fine")), name="fine"),
    path("api/v1/fails/", Route.as_view(), name="route-fails"),
    path("", include("crm.urls")),
]
