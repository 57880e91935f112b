"""What a job and its failure are called: the words of the program stand in the server's log."""

KINDS = {
    "rollup": "考核汇总",
    "import_appeals": "导入市民诉求",
}
FAILURES = {
    "WorkerLost": "执行的进程停了",
    "OperationalError": "数据库没有回应",
    "InterfaceError": "数据库没有回应",
    "IntegrityError": "和已有的记录冲突",
    "ValidationError": "内容不合要求",
    "OSError": "文件读写失败",
    "FileNotFoundError": "要用的文件不在",
    "MemoryError": "内存不够",
}


def kind_in_words(kind):
    return KINDS.get(kind, "其他任务")


def failure_in_words(failure):
    """A kind of error; nothing for none."""
    return FAILURES.get(failure, "程序出错，详见服务器日志") if failure else ""
