"""A workbook of 期初建账 that can be taken as it is."""

import io
from datetime import date

from django.core.files.base import ContentFile
from openpyxl import Workbook

from districts.opening.sheets import SHEETS

UNITS = [
    ["街道", "", "梧桐街道党建工作协调委员会", "", "", "是", "是", ""],
    ["中心", "", "甲中心", "", "梧桐街道党建工作协调委员会", "是", "是", ""],
    ["社区", "110112009001", "甲一社区", "老甲一", "甲中心", "是", "否", ""],
    ["支部", "", "甲一第一党支部", "", "甲一社区", "是", "是", ""],
    ["科室", "", "党群办", "", "梧桐街道党建工作协调委员会", "是", "是", ""],
]

PEOPLE = [["zhang", "张某", 1001, "13812345678"], ["li", "李某", "", ""]]

POSTS = [
    ["zhang", "张某", "社区（村）书记", "甲一社区", "党总支书记", date(2026, 1, 1), "通委〔2026〕1号"],
    ["li", "李某", "党群办·考核工作小组", "梧桐街道党建工作协调委员会", "", "2026年1月1日", "通委〔2026〕1号"],
]


def workbook(units=UNITS, people=PEOPLE, posts=POSTS, title_row=False):
    book = Workbook()
    book.remove(book.active)
    for (name, columns), rows in zip(SHEETS.items(), (units, people, posts), strict=True):
        sheet = book.create_sheet(name)
        if title_row:
            sheet.append(["梧桐街道期初建账表"])
        sheet.append(columns)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return ContentFile(file.getvalue(), name="opening.xlsx")
