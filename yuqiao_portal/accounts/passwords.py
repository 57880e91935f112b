from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError


class LongEnough(MinimumLengthValidator):
    """Django's check with a Chinese sentence, which its own translation lacks."""

    def get_error_message(self):
        return f"密码太短，至少 {self.min_length} 个字符。"

    def get_help_text(self):
        return f"至少 {self.min_length} 个字符，不要用生日、电话或常见密码。"


class SeveralCharacters:
    """Blanks are no password, and one character again and again is none either, with blanks between or without."""

    def validate(self, password, user=None):
        if len(set("".join(password.split()))) < 2:
            raise ValidationError("密码不能只是空格，也不能只重复同一个字符，请换一个。", code="password_one_character")

    def get_help_text(self):
        return "不能只是空格或重复同一个字符。"
