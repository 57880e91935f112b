"""Gathers the app's models."""

from partners.organisations.models import Organisation, Serving

__all__ = ["Organisation", "Serving"]
