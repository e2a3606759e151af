# SPDX-License-Identifier: GPL-3.0-or-later
# What contrib/ has for cron, systemd and logrotate does what it says.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

contrib=$QUIRE_SOURCE/contrib

# here TEXT: a command of contrib, with everything below this directory.
here()
{
    printf '%s\n' "$1" | sed "s#quire-index #$QUIRE_INDEX_PROGRAM #; s# -d /[^ ]*# -d $PWD/index#
        s#/srv/articles#$PWD/articles#; s#--log=[^ ]*#--log=$PWD/log#"
}

mkdir articles
printf 'One article.\n' >articles/one.txt

# ---- cron ----

# Five fields, and a command that works.
grep -v -e '^#' -e '^$' -e '^[A-Z]*=' "$contrib/cron/quire" >lines
same_text "there are two lines for cron" 2 "$(wc -l <lines)"
command -v ionice >/dev/null || sed -i 's/ionice -c 3 //' lines
for i in 1 2; do
    line=$(sed -n ${i}p lines)
    same_text "line $i has five fields before its command" "nice" "$(echo "$line" | awk 'NR == 1 { print $6 }')"
    run sh -c "$(here "$(echo "$line" | sed -E 's/^([^ ]+ +){5}//')")"
    status_is "the command of line $i works" 0
    stdout_empty "and says nothing"
    stderr_empty "to nobody"
done
same_text "the log has both" "build of
verify of" "$(sed -n 's/.* begin: \([a-z]* of\) .*/\1/p' log)"
if command -v crontab >/dev/null && [ "$(id -u)" -eq 0 ]; then
    # Debian's crontab(1) checks a file, and installs nothing, by -n.
    run crontab -n "$contrib/cron/quire"
    status_is "crontab takes the file" 0
else
    skip "crontab takes the file" "cron is not installed, or not for this user"
fi

# ---- systemd ----

mkdir units
for unit in "$contrib"/systemd/*; do
    sed "s#^ExecStart=quire-index#ExecStart=$QUIRE_INDEX_PROGRAM#" "$unit" >"units/$(basename "$unit")"
    run sh -c "$(here "$(sed -n 's/^ExecStart=//p' "$unit")")"
    status_is "the command of $(basename "$unit") works" 0
    stderr_empty "and says nothing"
done
if command -v systemd-analyze >/dev/null; then
    run systemd-analyze --man=no verify units/*
    status_is "systemd finds the units sound" 0
    stderr_empty "and has nothing to say about them"
    for unit in units/*.service; do
        run systemd-analyze security --offline=true --threshold=10 "$unit"
        if [ "$status" -eq 0 ]; then
            pass "$unit is exposed by less than 1.0 of 10"
        else
            fail "$unit is exposed by less than 1.0 of 10" "$(tail -n 1 "$kept/out")"
        fi
    done
    for schedule in $(sed -n 's/^OnCalendar=//p' units/quire-index.timer); do
        ok "the timer's schedule is one" systemd-analyze calendar "$schedule"
    done
else
    skip "systemd finds the units sound" "systemd-analyze is not installed"
fi

# members SET: the system calls of a set of systemd's.
members()
{
    systemd-analyze syscall-filter "$1" | sed -n 's/^ *\([a-z0-9_@-]*\)$/\1/p' | grep -v "^$1\$" |
        while read -r name; do
            case $name in
            @*) members "$name" ;;
            *) echo "$name" ;;
            esac
        done
}

# The system calls that builds make are among those that the units let through.
traced()
{
    command -v strace >/dev/null && command -v systemd-analyze >/dev/null &&
        ! printf '%s' "${QUIRE_CC:-}" | grep -q -e -fsanitize && strace -o /dev/null true 2>/dev/null
}
if traced; then
    echo "Another article." >articles/two.txt
    for store in quire xapian; do
        strace -f -qq -o calls.$store "$QUIRE_INDEX_PROGRAM" -q -d index --store $store --log log \
            --metrics metrics articles
    done
    strace -f -qq -o calls.verify "$QUIRE_INDEX_PROGRAM" -q -d index --verify
    sed -nE 's/^[0-9]+ +([a-z][a-z0-9_]*)\(.*/\1/p' calls.* | sort -u >made
    members @system-service | sort -u >allowed
    { members @privileged && members @resources; } | sort -u >denied
    ok "some system calls are seen" grep -q '^openat$' made
    same_text "all are among those that the units allow" "" "$(comm -23 made allowed | xargs)"
    same_text "and none among those that they deny" "" "$(comm -12 made denied | xargs)"
else
    skip "the units allow the system calls that are made" "no strace or no systemd-analyze here, or a sanitizer"
fi

# ---- logrotate ----

if command -v logrotate >/dev/null && [ "$(id -u)" -eq 0 ]; then
    sed "s#/var/log/quire#$PWD/logs#; s/su quire quire/su root root/" "$contrib/logrotate/quire" >rotate
    mkdir logs
    chmod 755 logs
    quire_index -q -d index --replace --log logs/news.log articles
    run logrotate --state state --force rotate
    status_is "logrotate takes the file" 0
    ok "and rotates" test -s logs/news.log.1 -a ! -e logs/news.log
    quire_index -q -d index --log logs/news.log articles
    same_text "which the next run minds" 2 "$(wc -l <logs/news.log)"
else
    skip "logrotate takes the file" "logrotate is not installed, or not for this user"
fi

finish
