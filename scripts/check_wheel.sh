#!/usr/bin/env bash
# Builds the wheel, installs it in an environment of its own that sees .venv's packages, and uses it from elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export NETLOOM_HOME=$work/home

python=$PWD/.venv/bin/python
"$python" -m build --wheel --outdir "$work/dist" . </dev/null >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$python" -m venv "$work/env"
# A path in a .pth file lends the packages, but not the editable Netloom: that one's own .pth file is not followed.
site=$("$work/env/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$site/lent.pth"
"$python" -m pip --python "$work/env/bin/python" install --quiet --no-deps --force-reinstall "$work"/dist/*.whl </dev/null

cd "$work"
from=$("$work/env/bin/python" -P -c 'import app.cli; print(app.cli.__file__)')
[[ $from == "$work"/env/* ]] || { echo "The wheel was not what ran: $from"; exit 1; }
"$work/env/bin/netloom" templates > /dev/null
"$work/env/bin/netloom" code lenet5 > model.py
"$work/env/bin/python" -P -c 'import runpy; runpy.run_path("model.py")["lenet5"]()'
code=0
"$work/env/bin/netloom" train mlp_classifier --preset quick --budget 2 --out run 2> train.log > /dev/null || code=$?
[ $code -eq 0 ] || [ $code -eq 3 ] || { cat train.log; exit 1; }
QT_QPA_PLATFORM=offscreen "$work/env/bin/python" -P -c 'from app.ui.app import make_application, make_window; make_application(); make_window()'
echo "The wheel works: $(basename "$work"/dist/*.whl)"
