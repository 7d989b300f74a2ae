#!/usr/bin/env bash
# growth-2.t - parsing takes time linear in the size of a mail: CPU time for the bombs with even numbers in
# `bombs list`
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../growth.sh"

need /usr/bin/python3
grow 1

done_testing
