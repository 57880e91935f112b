#!/bin/sh
# Lies at the top of a bundle (make bundle): `sh install.sh` makes .venv there, with no network, no make and no pip.
# The bundle may lie at any path. Unpacked over an older one, var/ stays as it is.
set -eu
umask 022
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}
FOLDERS="yuqiao_portal partybuilding talent partners districts templates static wheels"

stop() { printf '%s\n' "$*" >&2; exit 1; }

machine() {
  "$PYTHON" -c 'import platform as p, sys; print(p.python_implementation(), "%d.%d" % sys.version_info[:2], p.machine(), p.libc_ver()[0])'
}

check_sums() {
  [ -f SHA256SUMS ] && [ -d wheels ] || stop "这里不是解开的安装包（缺 SHA256SUMS 或 wheels）。请解开 make bundle 做的安装包，在里面运行 install.sh。"
  wrong=$(LC_ALL=C sha256sum --strict --check --quiet SHA256SUMS 2>/dev/null) && return
  stop "安装包不完整或被改动过，没有安装。有问题的文件：
$(printf '%s\n' "${wrong:-SHA256SUMS: }" | sed 's/^/  /; s/: [^:]*$//')
请重新复制安装包、重新解开，再运行。"
}

check_machine() {
  command -v "$PYTHON" >/dev/null || stop "本机没有 $PYTHON，没有安装。请先装系统自带的 python3。"
  here=$(machine)
  [ "$here" = "$(cat MADE_FOR)" ] || stop "这个安装包只用于 $(cat MADE_FOR)，本机是 $here，没有安装。请在与本机同样的系统上重新 make bundle。"
}

# Of an older program, where this one was unpacked over it: a file that the sums do not name is none of ours any more.
remove_leftovers() {
  ours=$(mktemp)
  cut -c 67- SHA256SUMS >"$ours"
  for folder in $FOLDERS; do
    find "./$folder" -type f ! -path '*/__pycache__/*' | grep -vxFf "$ours" | while IFS= read -r file; do
      rm -f "$file"
      echo "去掉旧程序留下的 $file"
    done
  done
  rm -f "$ours"
}

install_wheels() {
  "$PYTHON" -m venv --without-pip --clear .venv || stop "没有建成 .venv，原因见上面一行。"
  PIP_CONFIG_FILE=/dev/null .venv/bin/python "$(echo wheels/pip-*.whl)/pip" --isolated install --quiet --disable-pip-version-check \
    --no-index --find-links wheels --require-hashes -r requirements.txt || stop "没有装成，原因见上面几行（多半是磁盘满了）。处理后再运行一遍即可。"
  touch .venv/installed
}

if [ "${1:-}" = --machine ]; then machine; exit; fi
check_sums
check_machine
remove_leftovers
install_wheels
echo "装好了：$PWD 。接下来：
  办公室一台电脑：cd '$PWD' && DJANGO_DEBUG=1 .venv/bin/python manage.py serve
  先试一试：      cd '$PWD' && DJANGO_DEBUG=1 DATABASE_URL=sqlite:///var/demo.sqlite3 .venv/bin/python manage.py serve_demo
  服务器、开机自启、更新：照 $PWD/docs/operating.md"
