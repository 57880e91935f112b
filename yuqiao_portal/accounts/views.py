from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView, redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from districts.trail.recording import record_event
from yuqiao_portal.accounts import sessions
from yuqiao_portal.accounts.forms import LoginForm, NewPasswordForm
from yuqiao_portal.accounts.second_factor import WAITING, device_of


class Login(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        user = form.get_user()
        if not user.admin_role and not sessions.posts_today(user):
            form.add_error(None, "您的账号目前没有有效的任职，不能登录。请联系党群工作办公室。")
            return self.form_invalid(form)
        if device_of(user):
            self.request.session[WAITING] = {"user": user.pk, "at": sessions.now()}
            return redirect(f"{reverse('login_code')}?{urlencode({'next': self.get_redirect_url()})}")
        sessions.enter(self.request, user)
        return redirect(self.get_success_url())

    def get_default_redirect_url(self):
        return sessions.home_of(self.request.user) if self.request.user.is_authenticated else reverse("workbench")


class Logout(LogoutView):
    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            record_event("logout", f"{request.user.username} 退出")
        return super().post(request, *args, **kwargs)


class PasswordChange(PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = NewPasswordForm

    def form_valid(self, form):
        response = super().form_valid(form)
        record_event("password", f"{form.user.username} 修改密码")
        messages.success(self.request, "密码已修改。")
        return response

    def get_success_url(self):
        return sessions.home_of(self.request.user)


def admin_password_change(request):
    """Nor a change of password of its own, which would not count what is guessed."""
    return redirect("password_change")


@login_not_required
def admin_login(request):
    """The admin has no log-in of its own; for a user of the portal it does not exist."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise Http404
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))
