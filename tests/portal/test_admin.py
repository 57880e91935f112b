"""The admin: three administrators, each with their own work, through the same functions and refusals as everything else."""

from datetime import timedelta

from auditlog.models import LogEntry
from django.utils import timezone

from districts.posts.models import Appointment, User
from districts.units.health import tree_faults
from districts.units.models import Unit
from tests.cast import PASSWORD, log_in, make_user
from tests.portal.sent_forms import unit_form


def test_the_system_administrator_moves_renames_and_adds_units(street, admins):
    unit, west = street.units["东二社区"], street.units["西中心"]
    address = f"/admin/districts/unit/{unit.pk}/change/"
    assert admins["sysadmin"].post(address, unit_form(unit, parent=west.pk, name="东二新社区")).status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.parent.name) == ("东二新社区", "西中心")
    placement = unit.placements.get(ends_on=None)
    assert (placement.reason, placement.entered_by.username) == ("街办〔2026〕3号", "sysadmin")
    new = unit_form(Unit(kind="branch", name="西一支部"), parent=street.units["西一社区"].pk)
    assert admins["sysadmin"].post("/admin/districts/unit/add/", new).status_code == 302
    assert Unit.objects.get(name="西一支部").parent.name == "西一社区"
    assert tree_faults() == []


def test_a_refused_change_says_why_and_changes_nothing(street, admins):
    unit = street.units["东二社区"]
    address = f"/admin/districts/unit/{unit.pk}/change/"
    sent = unit_form(unit, parent=street.units["外中心"].pk, reason="保留的依据")
    page = admins["sysadmin"].post(address, sent).content.decode()
    assert "“东二社区”与“外中心”不在同一街道，不能跨街道调整归属。" in page
    assert 'value="保留的依据"' in page
    response = admins["sysadmin"].post(address, unit_form(unit, parent=street.units["东一社区"].pk))
    assert "社区的上级只能是：中心（片区）；现在“东一社区”是社区。" in response.content.decode()
    unit.refresh_from_db()
    assert unit.parent.name == "东中心"


def test_the_security_administrator_appoints_and_dismisses_and_nobody_else_does(street, admins):
    someone = make_user()
    form = {
        "user": someone.pk,
        "post": "worker",
        "unit": street.units["西村"].pk,
        "title": "",
        "ended_reason": "",
        "starts_on": timezone.localdate(),
        "ends_on": "",
        "reason": "任〔2026〕7号",
    }
    for login, status, held in [("sysadmin", 403, 0), ("auditor", 403, 0), ("secadmin", 302, 1)]:
        assert admins[login].post("/admin/districts/appointment/add/", form).status_code == status
        assert Appointment.objects.filter(user=someone).count() == held
    post = Appointment.objects.get(user=someone)
    assert (post.entered_by.username, post.reason) == ("secadmin", "任〔2026〕7号")
    address = f"/admin/districts/appointment/{post.pk}/change/"
    response = admins["secadmin"].post(address, {"ends_on": timezone.localdate(), "ended_reason": ""})
    assert "办理免去：请填截止日期（最后一天）和免去依据。" in response.content.decode()
    sent = {"ends_on": timezone.localdate() + timedelta(days=1), "ended_reason": "免〔2026〕1号"}
    assert admins["secadmin"].post(address, sent).status_code == 302
    post.refresh_from_db()
    assert (post.ends_on, post.ended_reason) == (sent["ends_on"], "免〔2026〕1号")


def test_a_second_secretary_is_refused_in_the_admin_too(street, admins):
    form = {
        "user": make_user().pk,
        "post": "secretary",
        "unit": street.units["东一社区"].pk,
        "title": "",
        "ended_reason": "",
        "starts_on": timezone.localdate(),
        "ends_on": "",
        "reason": "任",
    }
    page = admins["secadmin"].post("/admin/districts/appointment/add/", form).content.decode()
    assert "“东一社区”的“社区（村）书记”在此期间已有名secretary（2025-01-01 至 今），请先办理免去。" in page
    assert Appointment.objects.filter(post="secretary", unit__name="东一社区").count() == 1


def test_an_administrator_cannot_be_appointed_nor_make_an_administrator(street, admins):
    form = {
        "user": street.people["auditor"].pk,
        "post": "worker",
        "unit": street.units["西村"].pk,
        "title": "",
        "ended_reason": "",
        "starts_on": timezone.localdate(),
        "ends_on": "",
        "reason": "任",
    }
    admins["secadmin"].post("/admin/districts/appointment/add/", form)
    assert not Appointment.objects.filter(user=street.people["auditor"]).exists()
    worker = street.people["worker"]
    sent = {
        "username": "worker",
        "name": "改名",
        "is_active": "on",
        "admin_role": "system_admin",
        "is_superuser": "on",
        "staff_number": "",
        "phone": "",
    }
    assert admins["sysadmin"].post(f"/admin/districts/user/{worker.pk}/change/", sent).status_code == 302
    worker.refresh_from_db()
    assert (worker.name, worker.admin_role, worker.is_superuser) == ("改名", "", False)


def test_a_reset_in_the_admin_forces_a_change_at_the_next_log_in(street, admins):
    worker = street.people["worker"]
    new = {"password1": "one-Time-Pass-9", "password2": "one-Time-Pass-9"}
    assert admins["sysadmin"].post(f"/admin/districts/user/{worker.pk}/password/", new).status_code == 302
    worker.refresh_from_db()
    assert (worker.must_change_password, worker.check_password("one-Time-Pass-9")) == (True, True)
    for login in ("secadmin", "auditor"):
        admins[login].post(
            f"/admin/districts/user/{worker.pk}/password/", {"password1": PASSWORD, "password2": PASSWORD}
        )
    worker.refresh_from_db()
    assert worker.check_password("one-Time-Pass-9")


def test_an_administrator_does_not_take_over_another_by_a_reset(street, admins):
    target = street.people["secadmin"]
    new = {"password1": "one-Time-Pass-9", "password2": "one-Time-Pass-9"}
    assert admins["sysadmin"].post(f"/admin/districts/user/{target.pk}/password/", new).status_code == 403
    target.refresh_from_db()
    assert target.check_password(PASSWORD)


def test_a_new_person_must_choose_a_password_of_their_own(street, admins):
    form = {
        "username": "newcomer",
        "name": "新人",
        "staff_number": "",
        "phone": "",
        "password1": "one-Time-Pass-9",
        "password2": "one-Time-Pass-9",
    }
    assert admins["sysadmin"].post("/admin/districts/user/add/", form).status_code == 302
    person = User.objects.get(username="newcomer")
    assert (person.must_change_password, person.staff_number, person.admin_role) == (True, None, "")


def test_history_names_who_changed_what_and_holds_no_secret(street, admins):
    unit = street.units["东二社区"]
    admins["sysadmin"].post(
        f"/admin/districts/unit/{unit.pk}/change/", unit_form(unit, parent=street.units["西中心"].pk)
    )
    entry = LogEntry.objects.filter(content_type__model="placement").order_by("-pk").first()
    assert (entry.actor.username, entry.changes["parent"][1]) == ("sysadmin", str(street.units["西中心"].pk))
    assert not LogEntry.objects.filter(changes__has_key="password").exists()
    assert admins["auditor"].get("/admin/auditlog/logentry/").status_code == 200


def test_the_phone_is_masked_for_those_who_may_only_look(street, admins):
    User.objects.filter(username="worker").update(phone="13812345678")
    pages = {login: client.get("/admin/districts/user/").content.decode() for login, client in admins.items()}
    assert all("138****5678" in page and "13812345678" not in page for page in pages.values())
    address = f"/admin/districts/user/{street.people['worker'].pk}/change/"
    assert "13812345678" not in admins["auditor"].get(address).content.decode()


def test_a_unit_is_retired_and_its_history_stays(street, admins):
    branch = street.units["东一支部"]
    holder = street.people["branch_secretary"].appointments.get()
    address = f"/admin/districts/unit/{branch.pk}/change/"
    page = admins["sysadmin"].post(address, unit_form(branch, retire="on")).content.decode()
    assert "项任职（名branch_secretary·支部书记），请先免去" in page
    sent = {"ends_on": timezone.localdate(), "ended_reason": "撤并"}
    assert admins["secadmin"].post(f"/admin/districts/appointment/{holder.pk}/change/", sent).status_code == 302
    assert admins["sysadmin"].post(address, unit_form(branch, retire="on")).status_code == 302
    branch.refresh_from_db()
    assert branch.retired_on == timezone.localdate()


def test_the_post_of_a_disabled_account_can_still_be_ended(street, admins):
    User.objects.filter(username="secretary").update(is_active=False)
    post = street.people["secretary"].appointments.get()
    sent = {"ends_on": timezone.localdate(), "ended_reason": "离职"}
    assert admins["secadmin"].post(f"/admin/districts/appointment/{post.pk}/change/", sent).status_code == 302


def test_no_hidden_column_is_sounded_out_by_the_address(street, admins):
    User.objects.filter(username="worker").update(phone="13812345678")
    for query in ("phone__startswith=138", "password__startswith=md5"):
        assert admins["auditor"].get(f"/admin/districts/user/?{query}").status_code == 400
    assert admins["secadmin"].get("/admin/districts/appointment/?starts_on__year=99999999999").status_code == 400
    assert admins["auditor"].get("/admin/auditlog/logentry/?q=东").status_code == 200


def test_history_reads_in_words(street, admins):
    unit = street.units["东二社区"]
    admins["sysadmin"].post(
        f"/admin/districts/unit/{unit.pk}/change/", unit_form(unit, parent=street.units["西中心"].pk)
    )
    entry = LogEntry.objects.filter(content_type__model="placement").order_by("-pk").first()
    page = admins["auditor"].get(f"/admin/auditlog/logentry/{entry.pk}/change/").content.decode()
    assert "上级：空 → 西中心" in page
    assert "录入人：空 → 名sysadmin" in page


def test_a_portal_user_finds_no_admin(street, client):
    log_in(client, street.people["office"])
    assert client.get("/admin/", follow=True).status_code == 404


def test_a_staff_number_equal_to_anothers_user_name_is_refused(street, admins):
    worker = street.people["worker"]
    sent = {"username": "worker", "name": "名", "is_active": "on", "staff_number": "secretary", "new_phone": ""}
    page = admins["sysadmin"].post(f"/admin/districts/user/{worker.pk}/change/", sent).content.decode()
    assert "这个工号与别人的用户名相同，请核对。" in page
    sent |= {"staff_number": "", "new_phone": "138abc"}
    page = admins["sysadmin"].post(f"/admin/districts/user/{worker.pk}/change/", sent).content.decode()
    assert "手机号应为 11 位数字，以 1 开头。" in page
