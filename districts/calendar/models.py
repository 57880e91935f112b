from django.db import models


class CalendarDay(models.Model):
    """工作日调整: a day that the street keeps otherwise than the library says: a published make-up day or holiday."""

    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班", help_text="勾选：调休上班日；不勾：放假")
    note = models.CharField("依据", max_length=200, help_text="如：国务院办公厅关于 2027 年部分节假日安排的通知")

    class Meta:
        verbose_name = verbose_name_plural = "工作日调整"
        ordering = ["-day"]
        default_permissions = ()

    def __str__(self):
        return f"{self.day} {'上班' if self.is_working else '放假'}"
