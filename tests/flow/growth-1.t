#!/usr/bin/env bash
# growth-1.t - the time to parse a mail is linear in its size: CPU time for the bombs with odd numbers in `bombs list`
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../growth.sh"

need /usr/bin/python3
grow 0

done_testing
