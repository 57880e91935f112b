from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from districts.records.fields import PrivateByDefault
from yuqiao_portal.accounts.login import is_locked


class LoginForm(PrivateByDefault, AuthenticationForm):
    may_be_private = {"username": "登录名，只用来核对", "password": "密码，只用来核对"}
    username = forms.CharField(
        label="用户名或工号", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    error_messages = {
        "invalid_login": "用户名（工号）或密码不对。连续输错 5 次，账号会锁定 15 分钟。",
        "inactive": "账号已停用。",
    }

    def get_invalid_login_error(self):
        if is_locked(self.cleaned_data.get("username", "")):
            return forms.ValidationError("连续输错 5 次，账号已锁定。请 15 分钟后再试，或请系统管理员重置密码。")
        return super().get_invalid_login_error()


class NewPasswordForm(PrivateByDefault, PasswordChangeForm):
    may_be_private = dict.fromkeys(["old_password", "new_password1", "new_password2"], "密码，只存摘要")
    error_messages = {**PasswordChangeForm.error_messages, "password_incorrect": "原密码不对，请再输一次。"}

    def clean(self):
        data = super().clean()
        if data.get("old_password") and data["old_password"] == data.get("new_password1"):
            self.add_error("new_password1", "新密码不能和原密码相同，请换一个。")
        return data
