"""A street's scheme: drawn up as a new version, tried on months past, approved with its paper, in force from a day on."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.trail.recording import record_event
from districts.workflow import NotYours, take_step
from partybuilding.assessment.catalog import INDICATORS, TO_COME
from partybuilding.assessment.models import FULL_WEIGHT, Scheme, SchemeItem, SchemeVersion
from partybuilding.assessment.periods.months import dates_of, first_open_day, month_of

COPIED = ("min_sample", "bonus_cap", "complete_days", "close_days", "check_days", "objection_days", "ranking")

ITEM_FIELDS = ("position", "group", "indicator", "rule", "weight", "floor", "target", "tie_order")


@transaction.atomic
def draw_up(street, source, by):
    """A draft of the street's own scheme, copied from a version; the first one makes the scheme."""
    name = street.name.removesuffix("党建工作协调委员会")
    scheme, _ = Scheme.objects.get_or_create(street=street, defaults={"name": f"{name}考核方案", "is_example": False})
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    last = scheme.versions.order_by("-number").first()
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=last.number + 1 if last else 1,
        starts_on=first_open_day(),
        reason="",
        entered_by=by,
        **{name: getattr(source, name) for name in COPIED},
    )
    items = source.items.values(*ITEM_FIELDS)
    SchemeItem.objects.bulk_create(SchemeItem(version=version, **item) for item in items)
    return version


@transaction.atomic
def save_draft(version, items, by, **fields):
    """Replace a draft's settings and items ([{field: value}]). Raises ValidationError once it is no draft any more.

    Who changed it is kept: they do not approve it.
    """
    locked = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if not locked.is_draft:
        raise ValidationError(f"这一版现在是“{locked.get_state_display()}”，不能再改。")
    if not locked.steps.filter(verb="edit", by=by).exists():
        take_step(locked, "edit", by)
    SchemeVersion.objects.filter(pk=version.pk).update(**fields)
    locked.items.all().delete()
    SchemeItem.objects.bulk_create(SchemeItem(version=locked, position=n, **item) for n, item in enumerate(items, 1))


@transaction.atomic
def try_out(version, by, **acting):
    """草稿 → 试运行: whole, so that what is tried can be approved."""
    check_whole(version)
    return take_step(version, "try", by, **acting)


def redraft(version, by, **acting):
    return take_step(version, "redraft", by, **acting)


@transaction.atomic
def approve(version, by, *, paper, starts_on, **acting):
    """试运行 → 已批准: in force from a day on that no ended month contains. Raises ValidationError."""
    first = first_open_day()
    if starts_on < first:
        raise ValidationError(f"只能从本期第一天（{first}）或以后的日子起施行；过去的月份按当时的方案，不改。")
    if starts_on != dates_of(month_of(starts_on))[0]:
        raise ValidationError(f"方案按整个考核月施行，请填一个考核月的第一天，如 {dates_of(month_of(starts_on))[0]}。")
    check_whole(version)
    step = take_step(version, "approve", by, paper=paper, **acting)
    SchemeVersion.objects.filter(pk=version.pk).update(starts_on=starts_on)
    record_event("setting", f"{version}批准，{starts_on} 起施行，{paper}", by=by)
    return step


def is_untried(version):
    return version.is_draft and not version.steps.exclude(verb="edit").exists()


@transaction.atomic
def drop_draft(version, by):
    """Take back a draft that was never tried. Raises NotYours for anything else."""
    if not is_untried(version):
        raise NotYours
    version.steps.all().delete()
    version.items.all().delete()
    version.delete()


def check_whole(version):
    """Weights of 100 points, and only indicators that the portal knows. Raises ValidationError."""
    items = list(version.items.all())
    weight = sum(i.weight for i in items)
    if weight != FULL_WEIGHT:
        raise ValidationError(f"各项权重合计须为 100 分，现在是 {weight / 100:g} 分。")
    unknown = [i.indicator for i in items if i.indicator not in INDICATORS and i.indicator not in TO_COME]
    if unknown:
        raise ValidationError(f"没有这样的指标：{'、'.join(unknown)}。")
