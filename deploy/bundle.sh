#!/usr/bin/env bash
# `make bundle`: ONE archive that installs the portal at any path of a machine without a network (deploy/install.sh).
# `deploy/bundle.sh --list` prints which files of the program go in; `--without-wheels` is for tests.
set -euo pipefail
cd "$(dirname "$0")/.."

# What git tracks; where this is no checkout, what lies here. Never tests, CI, environment, data, caches, an older bundle's own.
program() {
  { [ -e .git ] && git ls-files -z || find . \( -path ./.venv -o -path ./var -o -path ./.git \) -prune -o -type f -printf '%P\0'; } |
    grep -zvE '^(tests|\.ci|\.venv|var|wheels|assets/node_modules)/|(^|/)(__pycache__|\.[a-z_]+_cache|\.hypothesis)/|\.pyc$' |
    grep -zvE '(^|/)(celerybeat-schedule[^/]*|\.git[^/]*)$|^(install\.sh|SHA256SUMS|MADE_FOR)$' | LC_ALL=C sort -z
}

if [ "${1:-}" = --list ]; then program | tr '\0' '\n'; exit; fi

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
top=$work/yuqiao-portal; mkdir -p "$top/wheels" var
program | tar --null -T - -cf - | tar -xf - -C "$top"
cp deploy/install.sh "$top/"
PYTHON=$PWD/.venv/bin/python sh deploy/install.sh --machine >"$top/MADE_FOR"
[ "${1:-}" = --without-wheels ] ||
  .venv/bin/python -m pip download --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    -r requirements.txt -r deploy/pip.txt -d "$top/wheels"
(cd "$top" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS)

commit=$([ -e .git ] && git rev-parse --short HEAD 2>/dev/null || true)
archive=var/yuqiao-portal-$(date +%Y%m%d)${commit:+-$commit}.tar.gz
tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -C "$work" -czf "$archive.part" yuqiao-portal
mv "$archive.part" "$archive"
echo "安装包：$archive （$(du -h "$archive" | cut -f1)，只用于 $(cat "$top/MADE_FOR")）"
echo "校验和：$(sha256sum "$archive" | cut -d' ' -f1)"
echo "拿到没有网络的机器上：tar -xzf $(basename "$archive") -C /opt && sh /opt/yuqiao-portal/install.sh"
