from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from districts.records.fields import PrivateByDefault
from yuqiao_portal.accounts.login import is_locked, password_is_right


class LoginForm(PrivateByDefault, AuthenticationForm):
    """One sentence for an unknown name, a wrong password, a locked and a disabled account: none of them is told apart."""

    may_be_private = {"username": "登录名，只用来核对", "password": "密码，只用来核对"}
    username = forms.CharField(
        label="用户名或工号", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    error_messages = {
        "invalid_login": "用户名（工号）或密码不对，或者账号不能登录。连续输错 5 次会锁定 15 分钟，"
        "锁定期间密码对也进不去：请稍后再试，或请系统管理员重置密码。",
    }


class NewPasswordForm(PrivateByDefault, PasswordChangeForm):
    may_be_private = dict.fromkeys(["old_password", "new_password1", "new_password2"], "密码，只存摘要")
    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不对，请再输一次。",
        "locked": "密码连续输错 5 次，已锁定 15 分钟，这期间不再核对密码。请稍后再试，或请系统管理员重置。",
    }

    def clean_old_password(self):
        """Asked inside a session, and counted like a log-in: whoever finds an open session cannot guess on."""
        old = self.cleaned_data["old_password"]
        if not password_is_right(self.user, old):
            code = "locked" if is_locked(self.user) else "password_incorrect"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return old

    def clean(self):
        data = super().clean()
        if data.get("old_password") and data["old_password"] == data.get("new_password1"):
            self.add_error("new_password1", "新密码不能和原密码相同，请换一个。")
        return data

    def save(self, commit=True):
        """Only what was changed: the counts of wrong attempts may have moved meanwhile."""
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.must_change_password = False
        self.user.save(update_fields=["password", "must_change_password"])
        return self.user
