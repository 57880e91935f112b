"""Two-step log-in: a code from the person's phone. Administrators must have it, everybody may."""

from base64 import b32encode

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView
from django_otp import login as mark_verified
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.posts.models import User
from districts.records.fields import PortalForm
from districts.trail.recording import record_event
from yuqiao_portal.accounts import sessions
from yuqiao_portal.accounts.login import reserve_attempt

WAITING = "password_right"  # session key: id of whoever gave the right password and owes a code
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
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "form-control"}
        ),
        error_messages={"required": "请填写手机上的 6 位动态码。", "min_length": "动态码是 6 位数字。"},
    )

    def __init__(self, *args, device, **kwargs):
        self.device = device
        super().__init__(*args, **kwargs)

    def clean_code(self):
        """Checked under the same five attempts as the password."""
        code = self.cleaned_data["code"]
        if not reserve_attempt(self.device.user):
            raise forms.ValidationError("连续输错 5 次，账号已锁定。请 15 分钟后再试。")
        if not (code.isdecimal() and code.isascii() and self.device.verify_token(code)):
            record_event(
                "login_refused", f"动态码不对：{self.device.user.username}", by=self.device.user, outcome="未通过"
            )
            raise forms.ValidationError("动态码不对或已过期，请等手机上出现新的一组再填。")
        User.objects.filter(pk=self.device.user_id).update(failed_logins=0, last_failed_at=None)
        return code


class CodePage(RedirectURLMixin, FormView):
    """The second step of a log-in."""

    template_name = "accounts/code.html"
    form_class = CodeForm
    next_page = "workbench"

    def dispatch(self, request, *args, **kwargs):
        waiting = request.session.get(WAITING)
        if not waiting or sessions.now() - waiting["at"] > WAITS_SECONDS:
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
    """Scan the picture, give the first code. A device that was never confirmed is made anew each time."""

    template_name = "accounts/second_factor.html"
    form_class = CodeForm

    def device(self):
        user = self.request.user
        made, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "手机"})
        return made

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"device": self.device()}

    def get_context_data(self, **kwargs):
        device = self.device()
        picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2)
        return super().get_context_data(
            picture=picture, secret=typeable(device), active=device_of(self.request.user), **kwargs
        )

    def form_valid(self, form):
        TOTPDevice.objects.filter(user=self.request.user, confirmed=True).delete()
        form.device.confirmed = True
        form.device.save(update_fields=["confirmed"])
        mark_verified(self.request, form.device)
        record_event("password", f"{self.request.user.username} 启用两步验证")
        messages.success(self.request, "两步验证已启用。下次登录除密码外，还要填手机上的动态码。")
        return redirect(sessions.home_of(self.request.user))


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
