#!/bin/sh
# Counts the lines of a web server's log by the status of the answer, the most frequent first.
set -eu
sed 's/^.*" \([0-9][0-9]*\) .*$/\1/' | sort | uniq -c | sort -rn
