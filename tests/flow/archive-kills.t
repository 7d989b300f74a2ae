#!/usr/bin/env bash
# archive-kills.t - a few kills of imports from git and of followers; `make archive-kills` makes more
exec "$(dirname "$0")/../archive-kills" "${KILLS:-8}" "${SEED:-17}"
