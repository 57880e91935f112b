"""The second factor is set up on the portal's own page, never for somebody else: its admin pages go."""

import django_otp.plugins.otp_totp.admin  # noqa: F401 - registers its page first, which goes
from django.contrib import admin
from django_otp.plugins.otp_totp.models import TOTPDevice

admin.site.unregister(TOTPDevice)
