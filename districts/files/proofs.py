"""Evidence: files that hang on a record, seen by whoever sees it, and handed out by one page for every kind."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.files.attachments import Attachment, attachment_response


class EvidenceQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """Whoever may see, or has a duty over, a record has it over what proves it."""
        record = self.model._meta.get_field(self.model.proves)
        mine = record.related_model.objects.where_user_may(user, duty).values("pk")
        return self.filter(**{f"{record.name}__in": mine})


class Evidence(Attachment):
    """佐证: a file or photo of one record; `proves` names the foreign key to that record, which has a gate of its own."""

    proves = ""  # nothing: no gate, and whoever asks for its rows meets a fault

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        ordering = ["pk"]


@require_safe
def evidence_file(request, pk, model):
    """The file of one Evidence of a kind, which the slice's `urls.py` names as `model`."""
    return attachment_response(get_object_or_404(model.objects.where_user_may(request.user, Duty.VIEW), pk=pk))
