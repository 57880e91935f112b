"""The states of a record, each with the colour in which pages show it."""

from django.db import models


class State(models.TextChoices):
    """Choices of (value, colour, label). Amber waits for somebody, green holds, grey is over or has not begun."""

    def __new__(cls, value, colour):
        member = str.__new__(cls, value)
        member._value_, member.colour = value, colour
        return member
