from django.shortcuts import render


def csrf_failed(request, reason=""):
    return render(request, "403.html", status=403)
