#!/bin/sh
# Runs one job: shim.sh DIRECTORY. What anybody must know later is a file in that directory: "run" (this shim's pid and
# start time, made by ln, so that only one shim ever runs a job), "exit" (code and seconds), "log" (the job's output, up
# to its cap). It needs nobody to look after it: it enforces the job's time, and goes on if the worker dies.
cd "$1" || exit 1
umask 077
child=
stopped=
trap 'stopped=1; told=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM

seconds() {
    read -r up rest < /proc/uptime
    echo "${up%.*}"
}

finish() {
    rm -rf scratch ticket log.pipe
    echo "$1 $(($(seconds) - began))" > exit.new && mv exit.new exit
    exit 0
}

stat=$(cat "/proc/$$/stat") || exit 1
# The command's name may hold blanks; behind it field 22, the start time, is the 20th.
set -- ${stat##*) }
echo "$$ ${20}" > "run.$$" || exit 1
ln "run.$$" run 2>/dev/null || { rm -f "run.$$"; exit 0; }
rm -f "run.$$"
began=$(seconds)
[ ! -e stop ] || finish stopped

. ./spec.sh
mkfifo log.pipe || finish 126
# Reads on behind the cap, so that a job that floods its output goes on.
{ head -c "$log_cap"; cat > /dev/null; } < log.pipe > log &
# timeout gives the job a process group of its own, and passes a TERM on, with a KILL after the grace period.
# A TERM that comes right after the fork, before the subshell has let go of the trap, is lost: the mark, made before it, is not.
(cd scratch && { [ ! -e ../stop ] || exit 143; } && exec timeout -k "$grace" "$max_runtime" "$@") > log.pipe 2>&1 < /dev/null &
child=$!
[ -z "$stopped" ] || kill -TERM "$child"

# A signal to this shim ends the wait, not the job, and dash says the signal's number also if the job has ended by then: so the job is
# asked about again, and 127 is no job that the shell knows.
code=127
while told=; wait "$child"; next=$?; [ "$next" -ne 127 ]; do
    code=$next
    [ -n "$told" ] || break
done
# dash takes a process group only in this form.
kill -s KILL -- "-$child" 2>/dev/null
finish "$code"
