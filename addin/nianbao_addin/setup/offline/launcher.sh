#!/bin/sh
here=$$(CDPATH='' cd -- "$$(dirname -- "$$0")" && pwd) || exit 2
for python in $pythons python3; do
    if "$$python" -I "$$here/nianbao_setup.py" fits >/dev/null 2>&1; then
        exec "$$python" -I "$$here/nianbao_setup.py" $verb
    fi
done
echo "没有找到 Python $listed，请先安装它，再运行一次；见说明。" >&2
exit 2
