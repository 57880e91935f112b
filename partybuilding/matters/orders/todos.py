"""What of the orders waits for a person: what came back, what to sign for, accept, answer, sign, finish or urge."""

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Least, RowNumber
from django.urls import reverse
from django.utils import timezone

from districts.duties import Duty
from districts.nouns import ToDos
from districts.waiting import Rank
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep

SHOWN, OF_EACH = 8, 2  # rows; of each kind at least so many, however much waits of another
TODOS = {"accept": Duty.ACCEPT, "answer": Duty.ISSUE, "handle": Duty.HANDLE, "urge": Duty.ISSUE}
LISTED = {"handle": "办理", "accept": "审核", "answer": "批延期", "urge": "催办"}
RANKS = {Duty.SIGN: Rank.SIGN, Duty.ISSUE: Rank.DRAFT}
SAID = ("return", "deny", "grant", "urge", "call", "report", "extend")


def drafts_to_do(user, duties):
    """The 玉字令 that the user signs, then the tasks that they drew up and have not given out."""
    if not {Duty.SIGN, Duty.ISSUE} & set(duties):
        return ToDos([])
    drafts = {duty: Order.objects.where_user_may(user, duty).filter(state=Order.State.DRAFT) for duty in RANKS}
    own = drafts[Duty.ISSUE].filter(kind=Order.Kind.TASK, created_by=user.pk)
    signs = drafts[Duty.SIGN].filter(kind=Order.Kind.DECREE)
    mine = Order.objects.filter(Q(pk__in=signs.values("pk")) | Q(pk__in=own.values("pk")))
    rank = Case(When(kind=Order.Kind.DECREE, then=Value(RANKS[Duty.SIGN])), default=Value(RANKS[Duty.ISSUE]))
    mine = mine.annotate(rank=rank)
    shown = list(mine.select_related("lead_unit", "created_by").order_by("rank", "due_on", "pk")[: SHOWN + 1])
    if len(shown) <= SHOWN:
        return ToDos(shown, number=len(shown))
    return ToDos(shown[:SHOWN], number=mine.count())


def shares_to_do(user, duties):
    """The shares that wait for the user, what came back first, each with who did what last; the links to the lists of each kind."""
    shares = OrderAssignment.objects.all()
    waiting = {todo: shares.waits_for(user, todo) for todo, duty in TODOS.items() if duty in duties}
    if not waiting:
        return ToDos([])
    kind = Case(*(When(where, then=Value(todo)) for todo, where in waiting.items()), output_field=CharField())
    rows = shares.filter(state__in=OrderAssignment.WAITING).annotate(todo=kind).exclude(todo=None)
    counts = dict(rows.order_by().values_list("todo").annotate(n=Count("pk")))
    shown = _most_urgent(rows, user) if counts else []
    listed = reverse("order_list")
    links = ((words, counts[todo], f"{listed}?todo={todo}") for todo, words in LISTED.items() if todo in counts)
    return ToDos(shown, tuple(links), sum(counts.values()))


def _most_urgent(rows, user):
    steps = AssignmentStep.objects.filter(assignment=OuterRef("pk"), verb__in=SAID).order_by("-pk")
    rows = rows.annotate(last_step=Subquery(steps.values("pk")[:1]), last_verb=Subquery(steps.values("verb")[:1]))
    place = Window(RowNumber(), partition_by=F("todo"), order_by=[F("rank"), F("due_on"), F("pk")])
    rows = rows.annotate(rank=_rank()).annotate(place=place).for_list()
    shown = list(rows.order_by(Least("place", OF_EACH + 1), "rank", "due_on", "pk")[:SHOWN])
    shown.sort(key=lambda share: (share.rank, share.due_on, share.pk))
    said = AssignmentStep.objects.select_related("by").in_bulk([s.last_step for s in shown if s.last_step])
    fresh = [share.order_id for share in shown if not share.last_step]
    issued = {s.order_id: s for s in OrderStep.objects.filter(order__in=fresh).select_related("by").order_by("pk")}
    for share in shown:
        share.said = said.get(share.last_step) or issued.get(share.order_id)
        share.one_tap = _one_tap(share) if user.acts_for_nobody else None
        share.tap_label = share.one_tap and share.step_label(share.one_tap)
    return shown


def _one_tap(share):
    """The step that one tap takes on a share for what it waits for; None where more must be said."""
    steps = (step for step in share.STEPS.values() if step.one_tap and share.state in step.start)
    return next((step for step in steps if step.duty == TODOS[share.todo]), None)


def _rank():
    """Of a share that waits: how soon 今天 shows it."""
    today, state = timezone.localdate(), OrderAssignment.State
    return Case(
        When(todo="accept", then=Value(Rank.ACCEPT)),
        When(todo="answer", then=Value(Rank.ANSWER)),
        When(todo="urge", then=Value(Rank.URGE)),
        When(state=state.RETURNED, then=Value(Rank.RETURNED)),
        When(state=state.RECEIVED, last_verb="deny", then=Value(Rank.REFUSED)),
        When(state=state.ISSUED, then=Value(Rank.UNSIGNED)),
        When(last_verb__in=("urge", "call"), then=Value(Rank.URGED)),
        When(state=state.OPEN, then=Value(Rank.SOON)),
        When(due_on__lte=today, then=Value(Rank.DUE)),
        When(amber_on__lte=today, then=Value(Rank.SOON)),
        default=Value(Rank.LATER),
        output_field=IntegerField(),
    )
