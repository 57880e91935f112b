from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView, redirect_to_login
from django.http import Http404
from django.urls import reverse

from yuqiao_portal.accounts import sessions
from yuqiao_portal.accounts.forms import LoginForm, NewPasswordForm


class Login(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        user = form.get_user()
        if not user.admin_role and not sessions.posts_today(user):
            form.add_error(None, "您的账号目前没有有效的任职，不能登录。请联系党群工作办公室。")
            return self.form_invalid(form)
        response = super().form_valid(form)
        sessions.begin(self.request, user)
        return response

    def get_default_redirect_url(self):
        user = self.request.user
        return reverse("admin:index") if user.is_authenticated and user.is_staff else reverse("workbench")


class PasswordChange(PasswordChangeView):
    template_name = "accounts/password.html"
    form_class = NewPasswordForm

    def form_valid(self, form):
        form.user.must_change_password = False
        form.user.save(update_fields=["must_change_password"])
        response = super().form_valid(form)
        messages.success(self.request, "密码已修改。")
        return response

    def get_success_url(self):
        return reverse("admin:index" if self.request.user.is_staff else "workbench")


@login_not_required
def admin_login(request):
    """The admin has no log-in of its own; for a user of the portal it does not exist."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise Http404
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))
