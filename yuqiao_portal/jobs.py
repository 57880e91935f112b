from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from districts.duties import Duty
from districts.jobs.models import Job


@require_safe
def progress(request, pk):
    """A job's progress, asked for again and again by the page that started it."""
    job = get_object_or_404(Job.objects.where_user_may(request.user, Duty.VIEW), pk=pk)
    return render(request, "components/_job.html", {"job": job})
