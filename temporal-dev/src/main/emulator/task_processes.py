"""Runs the processes of emulated ECS tasks, told by JSON lines on standard input, and tells of their ends on standard output.

A process of its own, because it is small: Linux counts the memory of the one that starts a program into that program's peak. And it
ends all of them when its input ends, so however the emulator dies, none is left.

  {"id": ID, "argv": [...], "environment": {...}, "folder": PATH}    starts one    -> {"id": ID, "pid": N} or {"id": ID, "error": WORDS}
  {"id": ID, "signal": 15}                                           to the program itself; 9 to all that it has started too
                                                                     -> {"id": ID, "code": N, "peakKb": N} once it has ended
"""

import json
import os
import selectors
import signal
import subprocess
import sys

LOG_CAP = 1_000_000


class Processes:
    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.running, self.ids = {}, {}

    def serve(self):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        # Handlers that do nothing: what is ignored here would be ignored by the programs too.
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        self.selector.register(reader, selectors.EVENT_READ, lambda: (os.read(reader, 4096), self.reap()))
        self.selector.register(0, selectors.EVENT_READ, self.read_orders)
        self.pending = b""
        while True:
            for key, _ in self.selector.select():
                key.data()

    def read_orders(self):
        data = os.read(0, 65536)
        if not data:
            for process in self.running.values():
                self.kill_all(process.pid)
            sys.exit(0)
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            self.obey(json.loads(line))

    def obey(self, order):
        process = self.running.get(order["id"])
        if "argv" in order:
            self.start(order)
        elif process is not None and order["signal"] == signal.SIGKILL:
            self.kill_all(process.pid)
        elif process is not None:
            os.kill(process.pid, order["signal"])

    def start(self, order):
        folder = order["folder"]
        try:
            os.makedirs(os.path.join(folder, "scratch"))
            process = subprocess.Popen(
                order["argv"], cwd=folder, env=order["environment"], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except OSError as e:
            return tell(id=order["id"], error=str(e))
        self.running[order["id"]], self.ids[process.pid] = process, order["id"]
        log = open(os.path.join(folder, "log"), "wb", buffering=0)
        self.selector.register(process.stdout, selectors.EVENT_READ, lambda: self.keep(process.stdout, log))
        tell(id=order["id"], pid=process.pid)

    def keep(self, output, log):
        """The beginning of it: no task waits for its log or fills the disk."""
        data = os.read(output.fileno(), 65536)
        if data and log.tell() < LOG_CAP:
            log.write(data)
        if not data:
            self.selector.unregister(output)
            output.close()
            log.close()

    def reap(self):
        while self.running:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            order = self.ids.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            self.running.pop(order).returncode = code
            # A container ends with its first process.
            self.kill_all(pid)
            tell(id=order, code=code if code >= 0 else 128 - code, peakKb=usage.ru_maxrss)

    @staticmethod
    def kill_all(pid):
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def tell(**fields):
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Processes().serve()
