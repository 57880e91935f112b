"""Two circulars, one of them opened by some, and a group that the office keeps."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from districts.files.attachments import prepare_evidence
from districts.inbox.models import Notice
from districts.posts.models import User
from partybuilding.matters.circulars.actions import send
from partybuilding.matters.circulars.groups import keep_group
from partybuilding.matters.circulars.models import Circular
from yuqiao_portal.demo.files import paper

DAYS_AGO, LASTS = 4, 10


def show_circulars(units, root, community):
    """Of the street to every community, where `community` has not opened it yet; and of its centre, sent today."""
    office, commissioner = (User.objects.get(username=login) for login in ("dangqun", "zhuanyuan"))
    all_of_them = [unit for unit in units.values() if unit.kind in {"community", "village"}]
    last_on = timezone.localdate() + timedelta(LASTS)
    cold = send(
        office,
        unit=root,
        title="寒潮蓝色预警：请关照独居老人",
        content="未来三天最低气温降至零下 10 度。请各社区（村）留意独居老人取暖安全，发现管线冻裂及时联系物业。",
        last_on=last_on,
        units=all_of_them,
        files=prepare_evidence(
            [paper("防寒提示（演示）.docx", "防寒提示", "取暖通风，远离炭火；水管包裹，夜间留细流。")]
        ),
    )
    _sent_before(cold)
    told = [unit for unit in all_of_them if unit != community]
    cold.units.filter(unit__in=told[::2]).update(is_opened=True)
    send(
        commissioner,
        unit=units["银杏人才成长中心"],
        title="片区读书会改到周五下午",
        content="原定周四的片区读书会改到周五下午两点，地点不变。",
        last_on=last_on,
        units=[unit for unit in all_of_them if unit.parent_id == community.parent_id],
    )
    keep_group(office, "试点社区", [units[name] for name in ("海棠里社区", "玉兰里社区", "南庄村")])


def _sent_before(circular):
    """As if it had been sent some days ago, so that the sender sees who has not opened it."""
    day = timezone.localdate() - timedelta(DAYS_AGO)
    moment = timezone.make_aware(datetime.combine(day, time(9, 30)))
    Circular.objects.filter(pk=circular.pk).update(sent_on=day, created_at=moment)
    circular.steps.update(taken_at=moment, taken_on=day)
    Notice.objects.filter(noun="circular", record=circular.pk).update(at=moment)
