#!/bin/sh
# A program with every bad habit that a job can have: misbehave.sh HABIT [ARGUMENT]. Hard limits keep it from hurting the machine.
ulimit -v 400000
ulimit -f 20480
case "$1" in
    exit) exit "$2" ;;
    touch) echo started >> "$2" ;;
    hang) while :; do sleep 0.1; done ;;
    polite) trap 'exit 23' TERM; echo ready > "$2"; while :; do sleep 0.05; done ;;
    stubborn) trap '' TERM; while :; do echo on >> "$2"; sleep 0.1; done ;;
    signal) kill -SEGV $$; sleep 5 ;;
    memory) exec perl -e 'my @all; push @all, "x" x 10_000_000 while 1;' ;;
    disk) cat /dev/zero > "$QUARRY_SCRATCH/fill" ;;
    flood) head -c 30000000 /dev/zero | tr '\0' 'x' ;;
    fork)
        for n in 1 2 3; do
            (trap '' TERM; while :; do echo "$n" >> "$2"; sleep 0.05; done) &
        done
        sleep 0.3
        ;;
    environment) env > "$2" ;;
    ticket)
        cat "$QUARRY_TICKET_FILE" > "$2"
        stat -c %a "$QUARRY_TICKET_FILE" >> "$2"
        echo junk > "$QUARRY_SCRATCH/junk"
        ;;
    wait) while [ ! -e "$2" ]; do sleep 0.02; done ;;
    *) echo "no habit $1" >&2; exit 64 ;;
esac
