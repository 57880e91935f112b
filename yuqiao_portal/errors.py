from django.shortcuts import render


def csrf_failed(request, reason=""):
    return render(request, "403_csrf.html", status=403)
