"""Spans of days: the assessment month, the calendar month, and what to compare them with."""

from datetime import timedelta

FIRST_DAY = (
    19  # of the month before: the assessment month published elsewhere, shown as one of two spans to choose from
)


def assessment_month(day):
    """The span from the 19th to the 18th in which a day lies."""
    start = day.replace(day=FIRST_DAY)
    if day < start:
        start = (start.replace(day=1) - timedelta(days=1)).replace(day=FIRST_DAY)
    return start, (start.replace(day=28) + timedelta(days=7)).replace(day=FIRST_DAY - 1)


def spans(today):
    """(label, first day, last day) of the spans that are one tap away."""
    now = assessment_month(today)
    before = assessment_month(now[0] - timedelta(days=1))
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    return [
        ("本考核月", *now),
        ("上考核月", *before),
        ("本月", month, today),
        ("上月", last.replace(day=1), last),
    ]


def span_before(since, until):
    """The span to compare with: the assessment or calendar month before, else as many days before."""
    if (since, until) == assessment_month(since):
        return assessment_month(since - timedelta(days=1))
    last = since - timedelta(days=1)
    if since.day == 1 and (until + timedelta(days=1)).day == 1 and since.month == until.month:
        return last.replace(day=1), last
    return since - (until - since + timedelta(days=1)), last
