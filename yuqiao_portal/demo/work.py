"""Believable months of orders, steps and logs in the fictional street, written as they would have happened."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.utils import timezone

from districts.calendar.workdays import add_working_days, amber_from, is_working_day
from districts.duties import Post
from districts.inbox.models import Notice
from districts.inbox.reminding import remind
from districts.inbox.telling import tell_of
from districts.posts.lending import delegate_post
from districts.posts.models import Appointment, User
from districts.units.models import Unit
from districts.units.tree import link_service
from partybuilding.goals.actions import set_goal
from partybuilding.matters.logs.guessing import guess
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.actions import ask_extension, claim, draw_up_order, issue_order, urge
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep
from yuqiao_portal.demo.names import DECREES, GOALS, LACKING, LOGS, PLACES, RESULTS, STREET, TASKS

HANDLERS = {
    "center": Post.LEAD_SECRETARY,
    "community": Post.SECRETARY,
    "village": Post.SECRETARY,
    "department": Post.DEPARTMENT_HEAD,
}
TASKS_A_MONTH = 110
NEWS_DAYS = 10
TOLD = {verb for model in (Order, OrderAssignment) for verb, step in model.STEPS.items() if step.tells}


class Work:
    """Collects rows in memory, then writes each table once."""

    def __init__(self, units, rng, today):
        self.units, self.rng, self.today = units, rng, today
        self.root = units[STREET]
        self.holders = _holders(units)
        self.serials = defaultdict(int)
        self.orders, self.order_steps, self.shares, self.steps, self.logs, self.evidence = [], [], [], [], [], []
        self.diligence = {u.pk: rng.uniform(0.84, 0.99) for u in units.values()}

    def month(self, first):
        """A month's orders and logs, issued on its working days up to today."""
        days = [first + timedelta(n) for n in range(31)]
        days = [d for d in days if d.month == first.month and is_working_day(d) and d < self.today]
        if not days:
            return
        targets = [u for u in self.units.values() if u.kind in {"community", "village"}]
        for day in sorted(self.rng.choices(days, k=TASKS_A_MONTH * len(days) // 21)):
            self._task(day, targets)
        for unit in targets:
            for day in self.rng.sample(days, min(len(days), 9)):
                self._log(unit, day, None)
        if first.month % 3 == 1:
            self._decree(self.rng.choice(days))

    def showcase(self, community):
        """Fresh matters for the community whose accounts the demo shows, so that something waits for each post."""
        for back in (1, 2, 4, 6, 9):
            day = self.today - timedelta(back)
            while not is_working_day(day):
                day -= timedelta(1)
            self._task(day, [community, self.units["玉兰里社区"]], lead=community)

    def extras(self, community):
        """What the ground's other pages show: goals, an open call, a late answer, an urged matter, somebody to enter for."""
        center = Unit.objects.get(pk=community.parent_id)
        people = {key: a.user for key, a in self.holders.items()}
        leader, office = people[self.root.pk, Post.STREET_LEADER], people[self.root.pk, Post.PARTY_OFFICE]
        commissioner = people[center.pk, Post.COMMISSIONER]
        for title, measure in GOALS:
            goal = set_goal(commissioner, unit=center, year=self.today.year, title=title, measure=measure)
        Order.objects.filter(lead_unit__in=center.get_descendants()).update(goal=goal)
        centers = [u for u in self.units.values() if u.kind == "center"]
        due = add_working_days(timezone.localdate(), 30)
        words = {"title": "“枢纽驿站”共建试点", "content": "征集一个中心牵头，整合商户、骑手与社区资源，三个月见效。"}
        given = {"by": leader, "unit": self.root, "kind": "decree", "due_on": due, "is_open_call": True, **words}
        call = issue_order(draw_up_order(co_units=centers[:4], **given), leader)
        share = call.assignments.get(unit=center)
        claim(share, people[center.pk, Post.LEAD_SECRETARY], note="本片区已有骑手驿站基础，可先行试点。")
        self._ask_and_urge(community, people[community.pk, Post.SECRETARY], office)
        clerk, span = (
            User.objects.get(username="mishu"),
            {"starts_on": self.today, "ends_on": self.today + timedelta(90)},
        )
        delegate_post(self.holders[center.pk, Post.COMMISSIONER], clerk, reason="专员委托（演示）", **span)
        other = next(u for u in centers if u.pk != center.pk)
        link_service(other, community, on=self.today, reason="跨片区服务（演示）")

    def _ask_and_urge(self, community, secretary, office):
        mine = OrderAssignment.objects.filter(unit=community, due_on__gte=timezone.localdate(), order__unit=self.root)
        asked = mine.filter(state__in=["received", "returned"]).first()
        if asked:
            until = add_working_days(asked.due_on, 5)
            ask_extension(asked, secretary, note="产权单位配合时间未定，已完成摸底。", until=until)
        urged = mine.filter(state__in=OrderAssignment.RUNNING).last()
        if urged:
            urge(urged, office)

    def _task(self, day, targets, lead=None):
        title, content = self.rng.choice(TASKS)
        lead = lead or self.rng.choice(targets)
        issuer = self.root if self.rng.random() < 0.6 else Unit.objects.get(pk=lead.parent_id)
        co = self.rng.sample([t for t in targets if t != lead], min(self.rng.choice([0, 0, 0, 1, 2]), len(targets) - 1))
        if issuer != self.root:
            co = [t for t in co if t.parent_id == issuer.pk]
        post = Post.PARTY_OFFICE if issuer == self.root else Post.COMMISSIONER
        self._order(Order.Kind.TASK, title, content, day, issuer, post, [lead, *co], self.rng.randint(5, 15))

    def _decree(self, day):
        title, content = self.rng.choice(DECREES)
        centers = [u for u in self.units.values() if u.kind == "center"]
        department = self.units["城市管理办公室"]
        lead = self.rng.choice(centers)
        self._order(Order.Kind.DECREE, title, content, day, self.root, Post.STREET_LEADER, [lead, department], 40)

    def _order(self, kind, title, content, day, issuer, post, assigned, working_days):
        self.serials[kind, day.year] += 1
        by = self.holders[issuer.pk, post]
        order = Order(
            kind=kind,
            state="issued",
            title=f"{assigned[0].name.removesuffix('社区')}{title}",
            content=content,
            unit=issuer,
            street=self.root,
            lead_unit=assigned[0],
            year=day.year,
            serial=self.serials[kind, day.year],
            issued_on=day,
            due_on=add_working_days(day, working_days),
            created_by=by.user,
        )
        self.orders.append(order)
        verb = ("sign", "签发") if kind == Order.Kind.DECREE else ("issue", "交办")
        self.order_steps.append(_step(OrderStep, verb, "draft", "issued", by, day, 9, order=order))
        for unit in assigned:
            self._share(order, unit, day)

    def _share(self, order, unit, issued):
        share = OrderAssignment(
            order=order, unit=unit, state="issued", due_on=order.due_on, amber_on=amber_from(issued, order.due_on)
        )
        self.shares.append(share)
        handler = self.holders[unit.pk, HANDLERS[unit.kind]]
        received = add_working_days(issued, self.rng.choice([0, 0, 1]))
        if received >= self.today:
            return
        receive = ("receive", "领令" if order.kind == Order.Kind.DECREE else "签收")
        self._take(share, receive, "received", handler, received, 10)
        on_time = self.rng.random() < self.diligence[unit.pk]
        span = max((order.due_on - received).days, 1)
        reported = received + timedelta(self.rng.randint(1, span) if on_time else span + self.rng.randint(1, 8))
        self._do(share, handler, received, reported)

    def _do(self, share, handler, received, reported):
        last = min(reported, self.today - timedelta(1))
        logs = [
            self._log(share.unit, day, share.order)
            for day in sorted({received, received + (last - received) / 2})
            if day <= last
        ]
        if reported >= self.today:
            return
        if self.rng.random() < 0.12 and reported + timedelta(3) < self.today:
            self._report(share, handler, reported - timedelta(min(2, (reported - received).days)), logs)
            self._answer(share, "return", "退回", "returned", reported, self.rng.choice(LACKING))
        report = self._report(share, handler, reported, logs)
        accepted = add_working_days(reported, self.rng.randint(1, 4))
        if accepted < self.today:
            self._answer(share, "accept", "审核办结", "accepted", accepted, "", report=report)

    def _report(self, share, handler, day, logs):
        step = self._take(share, ("report", "报结"), "reported", handler, day, 15, note=self.rng.choice(RESULTS))
        self.evidence.append((step, logs))
        return step

    def _answer(self, share, verb, label, state, day, note, **fields):
        decree = share.order.kind == Order.Kind.DECREE
        center = share.unit.parent_id
        if decree or (center, Post.COMMISSIONER) not in self.holders or self.rng.random() < 0.5:
            by = self.holders[self.root.pk, Post.PARTY_OFFICE]
        else:
            by = self.holders[center, Post.COMMISSIONER]
        self._take(share, (verb, label), state, by, day, 16, note=note, **fields)

    def _take(self, share, verb, state, by, day, hour, **fields):
        step = _step(AssignmentStep, verb, share.state, state, by, day, hour, assignment=share, **fields)
        share.state = state
        self.steps.append(step)
        return step

    def _log(self, unit, day, order):
        post = HANDLERS[unit.kind] if order or self.rng.random() < 0.4 else Post.WORKER
        by = self.holders.get((unit.pk, post)) or self.holders[unit.pk, HANDLERS[unit.kind]]
        place = self.rng.choice(PLACES)
        text = self.rng.choice(LOGS).format(place=place)
        category = guess(text, day).get("category", WorkLog.Category.OTHER)
        log = WorkLog(
            unit=unit, happened_on=day, place=place, text=text, category=category, order=order, created_by=by.user
        )
        self.logs.append(log)
        return log

    def save(self):
        """Write everything, parents before children."""
        Order.objects.bulk_create(self.orders)
        OrderStep.objects.bulk_create(self.order_steps)
        OrderAssignment.objects.bulk_create(self.shares)
        WorkLog.objects.bulk_create(self.logs, batch_size=2000)
        plain = [s for s in self.steps if s.verb != "accept"]
        AssignmentStep.objects.bulk_create(plain)
        AssignmentStep.objects.bulk_create(s for s in self.steps if s.verb == "accept")
        through = AssignmentStep.logs.through
        through.objects.bulk_create(
            through(assignmentstep=step, worklog=log) for step, logs in self.evidence for log in logs
        )
        self._tell()

    def _tell(self):
        """The news of the last days, as the engine tells them; the older ones are read."""
        orders = [(step.order, step) for step in self.order_steps if step.verb in TOLD]
        for record, step in orders + [(step.assignment, step) for step in self.steps if step.verb in TOLD]:
            if step.taken_on >= self.today - timedelta(NEWS_DAYS):
                tell_of(record, step)
        Notice.objects.filter(at__date__lt=self.today - timedelta(3)).update(read_at=timezone.now())


def remind_on_the_last_working_day(today):
    """今早提醒, as a portal that runs would have written it."""
    while not is_working_day(today):
        today -= timedelta(1)
    remind(today)


def _holders(units):
    rows = Appointment.objects.filter(unit__in=units.values()).select_related("user", "unit")
    return {(a.unit_id, Post(a.post)): a for a in rows}


def _step(model, verb, before, after, by, day, hour, **fields):
    moment = timezone.make_aware(datetime.combine(day, time(hour, (by.pk * 7 + day.day) % 60)))
    return model(
        verb=verb[0],
        label=verb[1],
        from_state=before,
        to_state=after,
        by=by.user,
        appointment=by,
        taken_at=moment,
        taken_on=day,
        **fields,
    )
