# SPDX-License-Identifier: GPL-3.0-or-later
# docs/operations.md can be followed word by word: the commands in its boxes run one after the
# other, as root would type them, in a place apart.  Users, cron and systemd are not touched: their
# programs are stubs that take note.
. "$QUIRE_SOURCE/tests/cli/lib.sh"

page=$QUIRE_SOURCE/docs/operations.md
root=$PWD/root

# ---- the place, and the stubs ----

mkdir -p stubs "$root/srv/articles" "$root/etc/logrotate.d" "$root/etc/systemd/system" \
    "$root/usr/local/share/doc/quire/examples"
cp -R "$QUIRE_SOURCE/contrib/cron" "$QUIRE_SOURCE/contrib/logrotate" "$QUIRE_SOURCE/contrib/systemd" \
    "$root/usr/local/share/doc/quire/examples/"
chmod -R u+w "$root"
cp "$QUIRE_SOURCE/corpus/articles/"*.txt "$root/srv/articles/"
for name in adduser crontab systemctl; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/noted"\n' $name "$PWD" >stubs/$name
done
# shellcheck disable=SC2016  # for the stubs to expand
{
    printf '#!/bin/sh\nshift 3\nexec "$@"\n' >stubs/runuser
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$QUIRE_INDEX_PROGRAM" >stubs/quire-index
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$QUIRE_SEARCH_PROGRAM" >stubs/quire-search
}
chmod +x stubs/*
PATH=$PWD/stubs:$PATH
export PATH
has_rsync=$(command -v rsync || true)

# ---- the commands ----

sed -n '/^```sh$/,/^```$/{ /^```/!p }' "$page" >commands
ok "there are commands" test "$(wc -l <commands)" -ge 25
while IFS= read -r command; do
    here=$(printf '%s\n' "$command" | sed -E "s#(^|[ =\"'])/(srv|var|etc|usr)/#\1$root/\2/#g; s/-o [a-z]+ -g [a-z]+ //")
    case $command in
    rsync* | *srv/copy*)
        if [ -z "$has_rsync" ]; then
            skip "$command" "rsync is not installed"
            continue
        fi
        ;;
    *--rollback*)
        # Something to go back from.
        echo "A further article on a ceasefire." >"$root/srv/articles/further.txt"
        quire-index -q -d "$root/var/lib/quire/news" "$root/srv/articles"
        ;;
    esac
    run sh -c "$here"
    status_is "$command" 0
    case $command in
    "systemctl start"*) # what systemd would run
        sh -c "$(sed -n 's/^ExecStart=//p' "$root/etc/systemd/system/${command##* }" |
            sed "s# /srv/# $root/srv/#; s#\([ =]\)/var/#\1$root/var/#g")"
        ;;
    *quire-search*) stdout_has "finds something" "[ceasefire]" ;;
    *--quiet*) stdout_empty "says nothing" ;;
    esac
    stderr_empty "without complaint"
done <commands
same_text "what was said to cron and systemd" \
    "adduser --system --group --no-create-home --home $root/var/lib/quire quire
crontab -u quire $root/usr/local/share/doc/quire/examples/cron/quire
systemctl daemon-reload
systemctl start quire-index.service
systemctl enable --now quire-index.timer quire-verify.timer" "$(cat noted)"
ok "the units are in place" test -s "$root/etc/systemd/system/quire-index.service"
ok "so is what rotates the log" test -s "$root/etc/logrotate.d/quire"
run quire-index -d "$root/var/lib/quire/news" --status
stdout_matches "the index has all articles" "^articles +$(find "$root/srv/articles" -name '*.txt' | wc -l)\$"
if [ -n "$has_rsync" ]; then
    ok "the copy has hard links where the index has" test \
        "$(find "$root/srv/copy" -name text -links +1 | wc -l)" -gt 0
fi

# ---- what the page says of others ----

# Options and metrics that it names are there.
for option in $(grep -oE -e '--[a-z][a-z-]+' "$page" | sort -u); do
    case $option in
    --prefix | --collector | --system | --group | --no-create-home | --home | --exclude | --delete | --now | --full) ;;
    *) ok "$option is an option" sh -c "quire-index --help | grep -qe '$option'" ;;
    esac
done
quire-index -q -d index --metrics quire.prom "$root/srv/articles"
quire-index -q -d index --verify --metrics verify.prom
for name in $(grep -oE 'quire_[a-z_]+[a-z]' "$page" | sort -u); do
    ok "$name is among the metrics" grep -qhE "^$name\{" quire.prom verify.prom
done
for name in $(sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' quire.prom verify.prom); do
    ok "quire-index(1) has $name" grep -q "$name" "$QUIRE_SOURCE/man/quire-index.1"
done
if command -v promtool >/dev/null; then
    sed -n '/^```yaml$/,/^```$/{ /^```/!p }' "$page" >rules.yml
    run promtool check rules rules.yml
    status_is "promtool finds the alerts sound" 0
else
    skip "promtool finds the alerts sound" "promtool is not installed"
fi

finish
