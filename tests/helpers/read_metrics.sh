#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Is standard input in the text format of Prometheus, and in that part of it in which nothing can be
# misunderstood?  Each name has HELP, TYPE and then its one sample, with a label index and a number;
# nothing stands twice, nothing else stands there, and the last line ends.  Prints "NAME VALUE" for
# each sample, or what is wrong.
awk '
function wrong(why) { print "line " NR ": " why ": " $0; is_wrong = 1; exit 1 }
{ nbytes += length($0) + 1 }
/^# HELP / {
    if (expected != "" && expected != "help") wrong("a sample was to come")
    if ($0 !~ /^# HELP [a-z_]+ [A-Z][^\\]*\.$/) wrong("no HELP")
    name = $3
    if (name !~ /^quire_/) wrong("not of quire")
    if (seen[name]++) wrong("twice")
    expected = "type"
    next
}
/^# TYPE / {
    if (expected != "type" || $3 != name || NF != 4) wrong("TYPE out of place")
    if ($4 != "gauge") wrong("no gauge")
    expected = "sample"
    next
}
{
    if (expected != "sample" || index($0, name "{") != 1) wrong("a sample out of place")
    labels = substr($0, length(name) + 1)
    if (match(labels, /^{index="([^"\\]|\\["\\n])+"(,[a-z]+="[^"\\]*")?} /) == 0) wrong("no labels")
    value = substr(labels, RLENGTH + 1)
    if (value !~ /^[0-9]+(\.[0-9]+)?$/) wrong("no number")
    print name, value
    expected = "help"
    nsamples++
}
END {
    if (is_wrong) exit 1
    if (expected != "help" || nsamples == 0) { print "it ends too early"; exit 1 }
}'
