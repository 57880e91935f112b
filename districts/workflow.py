"""The one engine of workflows: a table of steps per workflow, and `take_step` which takes them."""

from dataclasses import dataclass, field, replace
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from districts.access import appointments_of, held_posts, reaching
from districts.apart import others_who_could, persons_of, refusal
from districts.duties import DELEGABLE, HANDLES_FOR, Duty
from districts.inbox.telling import tell_of
from districts.keeping import persons_kept_from
from districts.posts.models import Appointment
from districts.records.models import Basis


@dataclass(frozen=True)
class Step:
    """A step: from which states, to which (None: the state stays), and by which duty.

    `needs` maps what must be given with it to the sentence where that is missing, which a form says as well.
    `apart_from` names earlier steps: nobody who took one of them, or for whom it was taken, takes this one. `further`
    are other duties that give it, too; with `at_own_unit` only a post held in the record's very unit does. On a page
    `is_aside` is folded away, since it is not what is usually done next, and `is_light` is one tap beside the main thing. Where
    it suffices, `one_tap` on the row of 今天 takes it.
    What `tells` is said to the people of the record's unit at once, since no query can say it later; what it `announces`
    is no duty, and whoever has switched that off is not told.
    """

    verb: str
    label: str
    start: tuple
    end: str | None
    duty: Duty
    needs: dict = field(default_factory=dict, hash=False)
    apart_from: tuple = ()
    further: tuple = ()
    at_own_unit: bool = False
    is_aside: bool = False
    is_light: bool = False
    one_tap: bool = False
    tells: bool = False
    announces: bool = False

    @property
    def asks(self):
        """The sentence that asks for a note, where the step needs one."""
        return self.needs.get("note", "")

    @property
    def duties(self):
        return self.duty, *self.further


class Workflow:
    """What a record with STEPS answers to the engine, beside its own STEPS.

    Where one acts, what a step is called, what it fills, and from which deeds it is kept apart.
    """

    def acting_unit(self, step):
        return self.unit

    def step_label(self, step):
        return step.label

    def filled_by(self, step, by, note):
        """The record's own columns that a step fills, {name: value}: in one write with the state."""
        return {}

    def told_of(self, done):
        """[(record that is opened, unit whose people are told)] of a step that tells, by the row that it wrote."""
        return [(self, self.unit)]

    def deeds(self, step):
        """The earlier steps from which a step is kept apart: those of every round, not of the last one only.

        A report that was sent back and reported anew by a colleague is still the first one's matter: what is judged
        rests on both. Nobody is locked out for it, since anybody else whose post reaches there may judge.
        """
        return [done for done in self.steps.all() if done.verb in step.apart_from]


class StepRefused(Exception):
    """The step cannot be taken now; the message is a Chinese sentence for the user."""


class NotYours(Exception):
    """The record does not exist for this user under this duty."""


@dataclass(frozen=True)
class Acting:
    """Under which appointment a person acts, and for whom they enter it: None for themself; else also on what basis."""

    appointment: Appointment
    principal: object | None
    basis: str = ""

    @property
    def label(self):
        post = f"{self.appointment.unit.name} · {self.appointment.called}"
        return f"代{self.principal.name}（{post}）" if self.principal else f"本人（{post}）"

    def words(self, by):
        """For the audit trail: under which post somebody acted, and who both are where it was for another."""
        post = f"{self.appointment.unit.name}·{self.appointment.called}"
        basis = f"，{Basis(self.basis).label}" if self.basis else ""
        return f"{by.name} 代 {self.principal.name}（{post}）{basis}" if self.principal else post


def acting_as(user, duty, unit, appointments=None):
    """Every way in which a person may take a step of that duty over a unit, their own first.

    `appointments` are `appointments_of(user)` where they are known already. StepRefused when the only way is to act
    for a head whom nobody has appointed.
    """
    found = reaching(appointments_of(user) if appointments is None else appointments, user, duty, unit)
    ways = [Acting(a, _principal(a, user, duty)) for a in found if not _is_vacant(a, duty)]
    if found and not ways:
        post = HANDLES_FOR[found[0].post]
        raise StepRefused(f"“{found[0].unit.name}”的{post.label}空缺，暂不能代为{Duty(duty).label}。")
    return ways


def act_as(by, duty, unit, what, *, under=None, basis="", about=()):
    """The way in which somebody does `what` over a unit: the one chosen, else their own, else the nearest lent one.

    Where the unit is chosen in the same form, any own post stands for any other; nobody acts for whom one of `about` is
    about. Raises NotYours where no way leads there, ValidationError on `basis` when it is for another and does not say
    on what basis.
    """
    held = appointments_of(by)
    own = {a.pk for a in held if a.user_id == by.pk}
    for way in not_about_any(about, acting_as(by, duty, unit, held)):
        if under in (None, way.appointment.pk) or (under in own and way.appointment.pk in own):
            break
    else:
        raise NotYours
    if way.principal and basis not in Basis.values:
        raise ValidationError({"basis": f"代{way.principal.name}{what}，请选择依据（口头交代、会议议定或书面批示）。"})
    return replace(way, basis=basis if way.principal else "")


def ways_to(step, unit, user, appointments=None):
    """Every way in which a person may take a step over a unit, by the first of its duties that gives one."""
    for duty in step.duties:
        ways = acting_as(user, duty, unit, appointments)
        if found := [way for way in ways if not step.at_own_unit or way.appointment.unit_id == unit.pk]:
            return found
    return []


def ways_of_posts(user, duty):
    """For a form on which the unit is chosen: themself first, then each who lent them a post; nothing for all others."""
    held = list(held_posts(user, duty).select_related("unit", "user").order_by("unit__level", "pk"))
    lent = [Acting(a, a.user) for a in held if a.user_id != user.pk]
    own = [Acting(a, None) for a in held if a.user_id == user.pk]
    return own[:1] + lent if lent else []


def ways_open(user, duty, unit, appointments=None, record=None):
    """`acting_as` for a form: none where the only way is to act for a vacancy, which is said when the step is tried.

    Of a record where one is given: nobody acts on it for whom it is about.
    """
    try:
        return not_about(record, acting_as(user, duty, unit, appointments))
    except StepRefused:
        return []


def not_about(record, ways):
    """The ways that act for nobody whom a record, or None, is about."""
    if record is None or not any(way.principal for way in ways):
        return ways
    about = persons_kept_from(record)
    return [way for way in ways if way.principal is None or way.principal.pk not in about]


def not_about_any(records, ways):
    for record in records:
        ways = not_about(record, ways)
    return ways


@transaction.atomic
def take_step(record, verb, by, *, under=None, basis="", note="", **given):
    """Take a step on a record: lock it, check gate, state and needs, move its state, write what happened.

    `under` is the id of the appointment chosen where a person may act under several; entered for somebody else, a
    step needs its `basis`. Returns the StepRecord; `record.state` is brought up to date.
    Raises NotYours or StepRefused, changing nothing.
    """
    model = type(record)
    step = model.STEPS[verb]
    row = model._base_manager.select_for_update().get(pk=record.pk)
    if not model.objects.where_user_may_any(by, step.duties).filter(pk=row.pk).exists():
        raise NotYours
    if row.state not in step.start:
        raise StepRefused(f"现在是“{row.get_state_display()}”，不能{step.label}；请刷新后再看。")
    _check_given(step, {"note": note, **given})
    acting = _acting(row, step, by, under, basis)
    before = row.state
    if step.end is not None:
        _move(row, {"state": step.end, **row.filled_by(step, by, note.strip())})
    record.state = row.state
    done = _write(row, step, before, by, acting, note=note.strip(), **given)
    if step.tells:
        tell_of(row, done)
    return done


@transaction.atomic
def open_record(record, verb, by, *, under=None, basis="", note="", there_is="", then=None, **given):
    """The first step: save a new record in its first state, with who opened it, under which post, for whom.

    `then(record)` writes what hangs on the record, before anybody is told where the step `tells`. `there_is` is the
    sentence where the database says that such a record is there already. Returns the record.
    Raises NotYours, StepRefused, or ValidationError with that sentence.
    """
    step = type(record).STEPS[verb]
    _check_given(step, {"note": note, **given})
    acting = _acting(record, step, by, under, basis)
    record.state = step.end
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        if not there_is:
            raise
        raise ValidationError(there_is) from None
    if then:
        then(record)
    done = _write(record, step, "", by, acting, note=note.strip(), **given)
    if step.tells:
        tell_of(record, done)
    return record


def _move(row, values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _check_given(step, given):
    for name, value in given.items():
        if name in step.needs and not value:
            raise StepRefused(step.needs[name])


def _write(row, step, before, by, acting, **given):
    now = timezone.now()
    return row.steps.create(
        verb=step.verb,
        label=row.step_label(step),
        from_state=before,
        to_state=row.state,
        by=by,
        for_whom=acting.principal,
        basis=acting.basis,
        appointment=acting.appointment,
        taken_at=now,
        taken_on=timezone.localdate(now),
        **given,
    )


def _acting(row, step, by, under, basis):
    """Under which post and for whom a step is taken. StepRefused without a basis, and where another person is wanted."""
    deeds = deeds_before(row, step)
    ways = not_about(row, ways_to(step, row.acting_unit(step), by))
    acting = _chosen(sorted(ways, key=lambda way: bool(refusal(deeds, "", by, way.principal))), under)
    if acting.principal and basis not in Basis.values:
        raise StepRefused(f"代{acting.principal.name}{step.label}，请选择依据（口头交代、会议议定或书面批示）。")
    if why := why_apart(row, [step], by, acting.principal, deeds):
        raise StepRefused(why)
    return replace(acting, basis=basis if acting.principal else "")


def _chosen(ways, under):
    for acting in ways:
        if under is None or acting.appointment.pk == under:
            return acting
    raise NotYours


def _principal(appointment, user, duty):
    """For whom a step is entered: the holder of a lent post; the head for whom a clerk always acts; None for oneself."""
    if appointment.user_id != user.pk:
        return appointment.user
    head = _head_of(appointment, duty)
    return head.user if head else None


def _is_vacant(appointment, duty):
    """Does this post only ever act for one that nobody holds?"""
    return duty == Duty.HANDLE and appointment.post in HANDLES_FOR and _head_of(appointment, duty) is None


def _head_of(appointment, duty):
    post = HANDLES_FOR.get(appointment.post) if duty == Duty.HANDLE else None
    heads = Appointment.objects.valid_on(timezone.localdate()).filter(post=post, unit=appointment.unit_id)
    return heads.select_related("user").first() if post else None


def why_apart(record, steps, user, principal, deeds):
    """Why steps of one kind want another person than these, and who that could be; empty when nothing is against it."""
    why = refusal(deeds, "”、“".join(record.step_label(step) for step in steps), user, principal)
    return why and why + others_who_could(record, steps[0], deeds)


def deeds_before(record, step):
    return record.deeds(step) if step.apart_from else []


def ways_for(record, step, user, appointments=None):
    """`ways_open` for a step of a record, without those in which the same person would judge what they did."""
    ways, deeds = _open_ways(record, step, user, appointments), deeds_before(record, step)
    return [way for way in ways if not refusal(deeds, "", user, way.principal)]


def _open_ways(record, step, user, appointments=None):
    """`ways_to` for a form: none where the only way is to act for a vacancy, and nobody for whom the record is about."""
    try:
        return not_about(record, ways_to(step, record.acting_unit(step), user, appointments))
    except StepRefused:
        return []


def open_steps(model, records, user, appointments=None):
    """For each record's id the steps that the user may take on it now, in the table's order."""
    return weigh_steps(model, records, user, appointments)[0]


def weigh_steps(model, records, user, appointments=None):
    """Of each record's id the steps that the user may take now, and the sentences why others want another person.

    One query per duty, and one for a record whose step wants two persons.
    """
    ready = {r.pk: [s for s in model.STEPS.values() if r.state in s.start] for r in records}
    duties = {duty for steps in ready.values() for s in steps for duty in s.duties}
    mine = {d: set(_allowed(model, user, d, ready)) for d in duties}
    taken, apart = {}, {}
    for record in records:
        found = [s for s in ready[record.pk] if any(record.pk in mine[duty] for duty in s.duties)]
        found = [s for s in found if not s.at_own_unit or _open_ways(record, s, user, appointments)]
        barred = {s: why for s in found if (why := _bars(record, s, user, appointments))}
        taken[record.pk] = [s for s in found if s not in barred]
        kinds = groupby(barred, key=lambda s: (s.apart_from, s.duty, barred[s]))
        apart[record.pk] = [_said(record, list(steps), user, bar) for (_, _, bar), steps in kinds]
    return taken, apart


def kept_apart(record, verb, user):
    """The sentence why a step that the user's posts give wants another person; empty where it does not."""
    step = record.STEPS[verb]
    bar = _bars(record, step, user, None)
    return _said(record, [step], user, bar) if bar else ""


def _bars(record, step, user, appointments):
    """Who of the user and those for whom they might act had a part in what the step judges; None while one way is open."""
    deeds = deeds_before(record, step)
    if user.pk in persons_of(deeds):
        return user
    if not deeds or step.duty not in DELEGABLE:
        return None
    ways = _open_ways(record, step, user, appointments)
    barred = [way.principal for way in ways if refusal(deeds, "", user, way.principal)]
    return barred[0] if ways and len(barred) == len(ways) else None


def _said(record, steps, user, bar):
    principal = None if bar == user else bar
    return why_apart(record, steps, user, principal, deeds_before(record, steps[0]))


def _allowed(model, user, duty, ids):
    return model.objects.where_user_may(user, duty).filter(pk__in=list(ids)).values_list("pk", flat=True)
