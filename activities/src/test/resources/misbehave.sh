#!/bin/sh
# A program with every bad habit that a job can have: misbehave.sh HABIT [ARGUMENT]. Hard limits keep it from hurting the machine.
ulimit -v 400000
ulimit -f 20480
case "$1" in
    exit) exit "$2" ;;
    touch) echo started >> "$2" ;;
    hang) while :; do sleep 0.1; done ;;
    # Not a shell's trap: told twice at once, as timeout does it, dash and perl can die of the second signal on their way out.
    polite) exec perl -MPOSIX -e '$SIG{TERM} = sub { POSIX::_exit(23) }; open my $ready, ">", shift; close $ready; sleep 1 while 1' "$2" ;;
    stubborn) trap '' TERM; while :; do echo on >> "$2"; sleep 0.1; done ;;
    signal) kill -s "$2" $$; sleep 5 ;;
    memory) exec perl -e 'my @all; push @all, "x" x 10_000_000 while 1;' ;;
    extractor-memory) (ulimit -v 50000; exec perl -e 'my @all; push @all, "x" x 1_000_000 while 1;') || exit 21 ;;
    disk) exec cat /dev/zero > "$QUARRY_SCRATCH/fill" ;;
    scratch-full) trap '' XFSZ; cat /dev/zero > "$QUARRY_SCRATCH/fill" || exit 20 ;;
    flood) head -c 30000000 /dev/zero | tr '\0' 'x' ;;
    fork)
        for n in 1 2 3; do
            (trap '' TERM; while :; do echo "$n" >> "$2"; sleep 0.05; done) &
        done
        while [ ! -s "$2" ]; do sleep 0.05; done
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
