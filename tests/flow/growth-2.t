#!/usr/bin/env bash
# growth-2.t - reading a mail is linear in its size: CPU time of parse for the bombs of even number in `bombs list`
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../growth.sh"

need python3
grow 1

done_testing
