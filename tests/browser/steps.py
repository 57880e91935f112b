"""What a person does on a page."""

import re

from playwright.sync_api import expect


class Steps:
    """Taps and choices on a page, counted; what a tap opens is waited for."""

    def __init__(self, page):
        self.page, self.taken = page, 0

    def tap(self, role, name):
        self.taken += 1
        self.page.get_by_role(role, name=re.compile(name)).first.click()
        answered(self.page)
        self.page.wait_for_load_state("networkidle")

    def choose(self, label, option):
        self.taken += 1
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def check(self, label):
        self.taken += 1
        self.page.get_by_label(re.compile(label)).first.check()


def answered(page):
    """Until a form that was sent has led on, or is there again."""
    expect(page.locator(".sending")).to_have_count(0)


def visit_admin(visit, login):
    from tests.cast import PASSWORD

    page = visit(None)
    page.get_by_label("用户名或工号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/admin/")
    return page
