"""The three rates as indicators of the assessment, from the definition that the page of the rates uses."""

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse

from districts.records.indicator import WHOLE_RECORD, Indicator, Source
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.rates.counting import ASKED, BASICALLY, CONTACTED, SATISFIED, SOLVED, VALID, rules_on

COUNTED = Q(is_excluded=False)


def _calls(starts_on, ends_on):
    """By the day of the call; what is kept from somebody counts in no unit."""
    return Appeal.objects.called_between(starts_on, ends_on).kept_from_nobody()


def _for_list(appeals):
    return appeals.select_related("unit").order_by("counts", "called_at", "pk")


def _satisfaction_worth(day):
    """基本满意 by the rule of each street on that day."""
    rules = rules_on(day)
    of_all = rules.pop(None).basically_worth
    own = [When(street=street, then=Value(rule.basically_worth)) for street, rule in rules.items()]
    basically = Case(*own, default=Value(of_all), output_field=IntegerField())
    return Case(When(SATISFIED, then=Value(WHOLE_RECORD)), default=basically, output_field=IntegerField())


def _address(starts_on, ends_on):
    return f"{reverse('appeal_list')}?since={starts_on}&until={ends_on}"


APPEALS = Source("诉求", _calls, "unit", "assessment/_appeals.html", Appeal.objects.all, _address, _for_list)
EXCEPT = "部分解决不算解决；经审定剔除、挂账的和回避的不计。"

INDICATORS = [
    Indicator(
        code="appeals_response",
        label="12345 响应率",
        source=APPEALS,
        whole=ASKED & COUNTED,
        part=CONTACTED,
        lists=("&counted=contacted&excluded=no", "&counted=asked&excluded=no"),
        rule=f"本期创建、有效回访的工单中，回访时市民说已联系的占比。{EXCEPT}",
    ),
    Indicator(
        code="appeals_resolution",
        label="12345 解决率",
        source=APPEALS,
        whole=VALID & COUNTED,
        part=SOLVED,
        lists=("&counted=solved&excluded=no", "&counted=valid&excluded=no"),
        rule=f"本期创建、有效回访的工单中，回访结果为解决的占比。{EXCEPT}",
    ),
    Indicator(
        code="appeals_satisfaction",
        label="12345 满意率",
        source=APPEALS,
        whole=VALID & COUNTED,
        part=SATISFIED | BASICALLY,
        lists=(None, "&counted=valid&excluded=no"),  # of the part some count by a share
        worth=_satisfaction_worth,
        rule=f"本期创建、有效回访的工单中，满意的计 1 件、基本满意的按期末口径折算，合计的占比。{EXCEPT}",
    ),
]
