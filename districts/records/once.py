"""One effect for a form that is sent twice: a double click, the back button, a resubmission."""

import hashlib
import uuid
from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.utils import timezone

KEPT = timedelta(days=7)
SENT_BEFORE = "这份表单已经提交过，没有重复保存。要再记一件，请重新打开页面。"


class Submission(models.Model):
    """提交凭据: a form that was sent and taken, and where its sender was led."""

    token = models.CharField(max_length=32)
    user = models.ForeignKey("districts.User", on_delete=models.CASCADE, related_name="+")
    led_to = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint("user", "token", name="a_form_is_taken_once")]


def fresh_token():
    return uuid.uuid4().hex


def once(user, token, act):
    """Do `act()`, which returns where to go next, for the first submission of a form; returns (address, is_first).

    A repeated submission is led where the first was. What `act` raises leaves the token unused.
    """
    if not token:
        return act(), True
    token = hashlib.sha256(token.encode()).hexdigest()[:32]  # nothing that was sent is kept as it came
    try:
        with transaction.atomic():
            taken = Submission.objects.create(user=user, token=token)
            taken.led_to = act()
            taken.save(update_fields=["led_to"])
            return taken.led_to, True
    except IntegrityError:
        first = Submission.objects.filter(user=user, token=token).first()
        if first is None:
            raise
        return first.led_to, False


def forget_old():
    Submission.objects.filter(at__lt=timezone.now() - KEPT).delete()
