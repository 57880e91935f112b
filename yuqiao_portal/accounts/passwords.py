from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """Django's check with a Chinese sentence, which its own translation lacks."""

    def get_error_message(self):
        return f"密码太短，至少 {self.min_length} 个字符。"

    def get_help_text(self):
        return f"至少 {self.min_length} 个字符，不要用生日、电话或常见密码。"
