"""Two-step log-in: a code from the person's phone. Administrators must have it, everybody may."""

from base64 import b32encode

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView
from django_otp import login as mark_verified
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.posts.models import User
from districts.records.fields import PortalForm
from districts.trail.recording import record_event
from yuqiao_portal.accounts import sessions
from yuqiao_portal.accounts.login import CODE, forget_failures, reserve_attempt

# Session keys.
WAITING = "password_right"  # who gave the right password and owes a code, and since when
OLD_GIVEN = "old_code_given"  # which device's code was given, and when: it may be replaced now
PENDING = "pending_device"  # id of the device that this session was shown
WAITS_SECONDS = 300


def device_of(user):
    """The person's confirmed device; None without one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


class CodeForm(PortalForm):
    may_be_private = {"code": "动态码，不保存"}
    code = forms.CharField(
        label="动态码",
        min_length=6,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "请填写手机上的 6 位动态码。", "min_length": "动态码是 6 位数字。"},
    )

    def __init__(self, *args, device, **kwargs):
        self.device = device
        super().__init__(*args, **kwargs)

    def clean_code(self):
        """Counted before it is looked at, apart from passwords: at most five wrong ones in a row are really checked."""
        code, user = self.cleaned_data["code"], self.device.user
        if not reserve_attempt(user, CODE):
            record_event("login_refused", f"动态码已锁定，未核对：{user.username}", by=user, outcome="未通过")
            raise forms.ValidationError(
                "动态码连续输错 5 次，15 分钟内不再核对动态码。请稍后再试；手机丢了请找安全管理员重置。"
            )
        if not code_is_right(self.device, code):
            record_event("login_refused", f"动态码不对：{user.username}", by=user, outcome="未通过")
            raise forms.ValidationError("动态码不对或已过期，请等手机上出现新的一组再填。")
        forget_failures(user, CODE)
        return code


@transaction.atomic
def code_is_right(device, code):
    """Is this six digits that the device shows now and that nobody used yet? Locked: two who come at once are not both right."""
    if not (code.isdecimal() and code.isascii()):
        return False
    return TOTPDevice.objects.select_for_update().get(pk=device.pk).verify_token(code)


def is_fresh(noted):
    """Was this noted in the session within the last five minutes?"""
    return bool(noted) and sessions.now() - noted["at"] <= WAITS_SECONDS


class CodePage(RedirectURLMixin, FormView):
    """The second step of a log-in."""

    template_name = "accounts/code.html"
    form_class = CodeForm
    next_page = "workbench"

    def dispatch(self, request, *args, **kwargs):
        waiting = request.session.get(WAITING)
        if not is_fresh(waiting):
            return redirect("login")
        self.device = device_of(User.objects.get(pk=waiting["user"]))
        if self.device is None:
            return redirect("login")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"device": self.device}

    def form_valid(self, form):
        del self.request.session[WAITING]
        sessions.enter(self.request, self.device.user)
        mark_verified(self.request, self.device)
        return redirect(self.get_redirect_url() or sessions.home_of(self.device.user))


code_page = login_not_required(CodePage.as_view())


def typeable(device):
    """The device's secret as authenticators take it by hand: base32, in groups of four."""
    key = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[n : n + 4] for n in range(0, len(key), 4))


class SetUp(FormView):
    """Scan the picture, give the first code. A device in use is replaced only within minutes of a code of its own."""

    template_name = "accounts/second_factor.html"
    form_class = CodeForm

    def dispatch(self, request, *args, **kwargs):
        self.active = device_of(request.user)
        given = request.session.get(OLD_GIVEN)
        self.asks_old = bool(self.active) and not (is_fresh(given) and given["device"] == self.active.pk)
        return super().dispatch(request, *args, **kwargs)

    def pending(self):
        """The device that this session was shown; what an earlier session saw is never confirmed."""
        rows, session = TOTPDevice.objects.filter(user=self.request.user, confirmed=False), self.request.session
        made = rows.filter(pk=session.get(PENDING)).first()
        if made is None:
            rows.delete()
            made = TOTPDevice.objects.create(user=self.request.user, name="手机", confirmed=False)
            session[PENDING] = made.pk
        return made

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"device": self.active if self.asks_old else self.pending()}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(active=self.active, asks_old=self.asks_old, **kwargs)
        if self.asks_old:
            return context
        device = context["form"].device
        picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2)
        return context | {"picture": picture, "secret": typeable(device)}

    def form_valid(self, form):
        if self.asks_old:
            self.request.session[OLD_GIVEN] = {"device": self.active.pk, "at": sessions.now()}
            return redirect("second_factor")
        take_into_use(form.device)
        mark_verified(self.request, form.device)
        messages.success(self.request, "两步验证已启用。下次登录除密码外，还要填手机上的动态码。")
        return redirect(sessions.home_of(self.request.user))


@transaction.atomic
def take_into_use(device):
    """Confirm a device in place of every other of its person."""
    TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    User.objects.filter(pk=device.user_id).update(must_set_up_code=False)
    record_event("password", f"{device.user.username} 启用两步验证")


class TurnOff(FormView):
    """Turn it off again with a valid code; an administrator cannot."""

    template_name = "accounts/second_factor_off.html"
    form_class = CodeForm

    def dispatch(self, request, *args, **kwargs):
        self.device = device_of(request.user)
        if self.device is None or request.user.admin_role:
            return redirect("second_factor")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"device": self.device}

    def form_valid(self, form):
        self.device.delete()
        record_event("password", f"{self.request.user.username} 停用两步验证")
        messages.success(self.request, "两步验证已停用。")
        return redirect(reverse("my_posts"))
