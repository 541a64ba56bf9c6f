"""Amazon ECS on this machine, for development and tests.

moto keeps clusters, task definitions and tasks. This adds what moto lacks: tasks run as local processes, and RunTask, DescribeTasks,
ListTasks and StopTask answer as the ECS API reference says they do: clientToken, failures, MISSING, throttling, limits, StopTask's
grace period, stop codes. A container's image is not looked at: entryPoint and command are run here, unconfined. Listens on 127.0.0.1
only, prints one line when it is ready, and ends its tasks when it ends; it ends when its parent does.

Beside the API, for tests and benches: GET /quarry/state; POST /quarry/settings with the settings to change as JSON;
POST /quarry/interrupt and /quarry/forget with {"task": ARN}.
"""

import argparse
import io
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

from moto.ecs.models import ecs_backends
from moto.moto_api import state_manager
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

ACCOUNT = "123456789012"
TARGET = "AmazonEC2ContainerServiceV20141113."
MODIFY = ("RunTask", "StartTask", "StopTask", "PutAttributes", "RegisterContainerInstance")
READ = ("DescribeTasks", "ListTasks", "DescribeContainerInstances")
REGISTER = ("RegisterTaskDefinition", "DeregisterTaskDefinition")
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"
PAGE = os.sysconf("SC_PAGE_SIZE")


class Refusal(Exception):
    def __init__(self, kind, message, status=400, **fields):
        super().__init__(message)
        self.status = status
        self.body = {"__type": kind, "message": message, **fields}


class Bucket:
    def __init__(self, burst, per_second):
        self.burst, self.per_second = burst, per_second
        self.tokens, self.filled = float(burst), time.monotonic()

    def take(self):
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.per_second)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Running:
    """One task, its place and its process."""

    def __init__(self, emulator, task, definition):
        self.emulator, self.task = emulator, task
        self.arn = task.task_arn
        self.container = definition.container_definitions[0]
        overrides = task.overrides or {}
        self.override = (overrides.get("containerOverrides") or [{}])[0]
        self.memory = int(overrides.get("memory") or definition.memory or 0)
        self.cpu = int(overrides.get("cpu") or definition.cpu or 0)
        self.created = time.monotonic()
        self.pid = None
        self.out_of_memory = self.ended = self.placed = self.forgotten = False
        self.stop_code, self.stop_reason = "EssentialContainerExited", "Essential container in task exited"
        task.last_status = "PROVISIONING"
        task.containers[0].last_status, task.containers[0].exitCode = "PENDING", None

    def start(self):
        self.task.last_status = "PENDING"
        command = self.override.get("command") or self.container.get("command") or []
        folder = os.path.join(self.emulator.folder, self.arn.rsplit("/", 1)[-1])
        pairs = self.container.get("environment", []) + self.override.get("environment", [])
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "QUARRY_SCRATCH": os.path.join(folder, "scratch")}
        environment |= {pair["name"]: pair["value"] for pair in pairs}
        self.emulator.order(id=self.arn, argv=[*self.container.get("entryPoint", []), *command],
                            environment=environment, folder=folder)

    def told(self, pid=None, error=None, code=None, peakKb=0):
        """What its process came to."""
        if pid is not None:
            self.pid = pid
            self.task.last_status = self.task.containers[0].last_status = "RUNNING"
            self.task.started_at = datetime.now(timezone.utc)
            if self.task.desired_status == "STOPPED":
                self.terminate()
        elif error is not None:
            self.stop_code, self.stop_reason = "TaskFailedToStart", f"CannotStartContainerError: {error}"
            self.end(None)
        else:
            # What went over its limit between two looks would not have been let go on.
            self.out_of_memory |= bool(self.memory) and peakKb > self.memory * 1024
            self.end(137 if self.out_of_memory else code)

    def end(self, code):
        task, container = self.task, self.task.containers[0]
        task.desired_status = task.last_status = container.last_status = "STOPPED"
        task.stopped_at = datetime.now(timezone.utc)
        task.stop_code, task.stopped_reason = self.stop_code, self.stop_reason
        container.exitCode = code
        if self.out_of_memory:
            container.reason = OUT_OF_MEMORY
        self.ended, self.pid = True, None
        self.stopped = time.monotonic()
        self.emulator.give_room(self)

    def stop(self, code, reason):
        """SIGTERM, and SIGKILL after the grace period, unless it has ended or been told already."""
        if self.ended or self.task.desired_status == "STOPPED":
            return
        self.stop_code, self.stop_reason = code, reason
        self.task.desired_status = "STOPPED"
        self.task.stop_code, self.task.stopped_reason = code, reason
        if self.pid is not None:
            self.terminate()
        elif not self.placed or self in self.emulator.waiting:
            self.end(None)

    def terminate(self):
        self.emulator.order(id=self.arn, signal=signal.SIGTERM)
        self.emulator.later(self.emulator.settings["stopSeconds"], self.kill)

    def kill(self):
        if not self.ended:
            self.emulator.order(id=self.arn, signal=signal.SIGKILL)


class Emulator:
    """Stands before moto: what it does not know goes there unseen."""

    def __init__(self, settings, folder):
        self.settings, self.folder = settings, folder
        self.lock = threading.RLock()
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.tasks, self.tokens, self.calls, self.throttled, self.waiting = {}, {}, {}, {}, []
        self.started, self.memory_used, self.cpu_used = 0, 0, 0
        self.fill_buckets()
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "task_processes.py")
        self.processes = subprocess.Popen([sys.executable, "-I", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self.listen, daemon=True).start()
        threading.Thread(target=self.watch_memory, daemon=True).start()

    def order(self, **fields):
        self.processes.stdin.write(json.dumps(fields).encode() + b"\n")
        self.processes.stdin.flush()

    def listen(self):
        for line in self.processes.stdout:
            told = json.loads(line)
            with self.lock:
                self.tasks[told.pop("id")].told(**told)

    def later(self, seconds, action):
        def locked():
            with self.lock:
                action()
        timer = threading.Timer(seconds, locked)
        timer.daemon = True
        timer.start()

    def fill_buckets(self):
        rates = self.settings
        modify = Bucket(rates["modifyBurst"], rates["modifyPerSecond"])
        read = Bucket(rates["readBurst"], rates["readPerSecond"])
        register = Bucket(20, 1)
        self.buckets = {a: b for group, b in ((MODIFY, modify), (READ, read), (REGISTER, register)) for a in group}

    def start_waiting(self):
        """In their order, those that have waited as long as a start takes and find room."""
        now, left = time.monotonic(), []
        for running in self.waiting:
            ready = now - running.created >= self.settings["startSeconds"] and not running.ended
            if ready and self.take_room(running):
                running.start()
            elif not running.ended:
                left.append(running)
        self.waiting = left

    def take_room(self, running):
        if not running.placed and not self.shortage(running.memory, running.cpu):
            self.memory_used += running.memory
            self.cpu_used += running.cpu
            running.placed = True
        return running.placed

    def shortage(self, memory, cpu):
        wanted = (("MEMORY", self.memory_used + memory, "memoryMb"), ("CPU", self.cpu_used + cpu, "cpu"))
        return [dimension for dimension, used, limit in wanted if used > self.settings[limit]]

    def give_room(self, running):
        if running.placed:
            self.memory_used -= running.memory
            self.cpu_used -= running.cpu
            running.placed = False
        self.start_waiting()

    def watch_memory(self):
        while True:
            time.sleep(0.2)
            with self.lock:
                limited = {r.pid: r for r in self.tasks.values() if r.pid and r.memory}
            if not limited:
                continue
            for session, resident in resident_by_session().items():
                running = limited.get(session)
                if running and resident > running.memory << 20:
                    with self.lock:
                        running.out_of_memory = True
                        running.kill()

    # ---- HTTP

    def __call__(self, environ, start_response):
        request = Request(environ)
        try:
            if request.path.startswith("/quarry/"):
                answer = self.control(request.path[len("/quarry/"):], request)
            else:
                answer = self.api(request.headers.get("X-Amz-Target", "").removeprefix(TARGET), request)
        except Refusal as e:
            answer = Response(json.dumps(e.body), e.status, content_type="application/x-amz-json-1.1",
                              headers={"x-amzn-errortype": e.body["__type"]})
        return answer(environ, start_response)

    def control(self, what, request):
        body = json.loads(request.get_data() or b"{}")
        with self.lock:
            if what == "settings":
                self.settings.update(body)
                self.fill_buckets()
                self.start_waiting()
            elif what == "interrupt":
                self.tasks[body["task"]].stop("SpotInterruption", "Your Spot Task was interrupted.")
            elif what == "forget":
                self.tasks[body["task"]].forgotten = True
            elif what != "state":
                return Response("no such control", 404)
            alive = [arn for arn, running in self.tasks.items() if not running.ended]
            state = {"calls": self.calls, "throttled": self.throttled, "started": self.started, "alive": alive}
            return Response(json.dumps(state), content_type="application/json")

    def api(self, action, request):
        body = json.loads(request.get_data() or b"{}")
        with self.lock:
            self.calls[action] = self.calls.get(action, 0) + 1
            bucket = self.buckets.get(action)
            if bucket and not bucket.take():
                self.throttled[action] = self.throttled.get(action, 0) + 1
                raise Refusal("ThrottlingException", "Rate exceeded")
            self.expire()
            mine = {"RunTask": self.run_task, "DescribeTasks": self.describe_tasks, "ListTasks": self.list_tasks,
                    "StopTask": self.stop_task}.get(action)
            return self.answer(mine(body, request)) if mine else self.ask_moto(request, body)

    @staticmethod
    def answer(body):
        return Response(json.dumps(body), content_type="application/x-amz-json-1.1")

    def ask_moto(self, request, body):
        data = json.dumps(body).encode()
        environ = {key: value for key, value in request.environ.items() if not key.startswith("werkzeug.")}
        environ.update({"CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data)})
        return Response.from_app(self.moto, environ)

    def moto_json(self, request, body):
        answer = self.ask_moto(request, body)
        data = json.loads(answer.get_data() or b"{}")
        if answer.status_code != 200:
            raise Refusal(data.pop("__type", "ServerException"), data.pop("message", str(data)), answer.status_code)
        return data

    def expire(self):
        """Stopped tasks are told for an hour at least; moto would keep them for ever, and grow slow."""
        now, keep = time.monotonic(), self.settings["keepSeconds"]
        for arn, running in list(self.tasks.items())[:200]:
            if running.ended and now - running.stopped > keep:
                del self.tasks[arn]
                for tasks in ecs_backends[ACCOUNT][arn.split(":")[3]].tasks.values():
                    tasks.pop(arn, None)

    def visible(self, arn):
        running = self.tasks.get(arn)
        return (running and not running.forgotten
                and time.monotonic() - running.created >= self.settings["lagSeconds"])

    # ---- actions

    def run_task(self, body, request):
        checked(body.get("count", 1) <= 10, "count must not be greater than 10")
        checked(len(json.dumps(body.get("overrides", {}), separators=(",", ":"))) <= 8192, "Container Overrides length must be at most 8192")
        checked(re.fullmatch(r"[A-Za-z0-9/_-]{0,128}", body.get("startedBy", "")), "startedBy is not valid")
        token = body.pop("clientToken", None)
        if token is None:
            return self.place(body, request)
        checked(re.fullmatch(r"[!-~]{1,64}", token), "clientToken has 1 to 64 characters of ASCII 33 to 126")
        key, wanted = (body.get("cluster", "default"), token), json.dumps(body, sort_keys=True)
        if key not in self.tokens or self.outlived(self.tokens[key]):
            self.tokens[key] = (wanted, self.place(body, request), time.monotonic())
        known, first, _ = self.tokens[key]
        arns = [task["taskArn"] for task in first["tasks"]]
        if known != wanted:
            raise Refusal("ConflictException", "The provided clientToken is already in use with a different RunTask request",
                          resourceIds=arns)
        return first

    def outlived(self, token):
        """It is good for a day, and no longer than its tasks and an hour."""
        _, first, used = token
        now, tasks = time.monotonic(), [self.tasks.get(task["taskArn"]) for task in first["tasks"]]
        after_end = self.settings["tokenSecondsAfterEnd"]
        over = bool(tasks) and all(task is None or (task.ended and now - task.stopped > after_end) for task in tasks)
        return over or now - used > self.settings["tokenSeconds"]

    def place(self, body, request):
        # moto would look for registered instances; which of our tasks find room is decided here.
        asked = {key: value for key, value in body.items() if key not in ("capacityProviderStrategy", "placementConstraints")}
        region = request.headers.get("Authorization", "///us-east-1").split("/")[2]
        backend = ecs_backends[ACCOUNT][region]
        definition = self.definition(backend, body)
        overrides = body.get("overrides", {})
        memory, cpu = int(overrides.get("memory") or definition.memory or 0), int(overrides.get("cpu") or definition.cpu or 0)
        # On instances a task finds room at once or not at all; Fargate and capacity providers let it wait.
        immediate = body.get("launchType") == "EC2"
        checked(not immediate or self.settings["instances"], "No Container Instances were found in your cluster.")
        short = self.shortage(memory, cpu) if immediate else []
        if short:
            instance = f"arn:aws:ecs:{region}:{ACCOUNT}:container-instance/{body.get('cluster', 'default')}/{'0' * 32}"
            return {"tasks": [], "failures": [{"arn": instance, "reason": "RESOURCE:" + short[0]}]}
        answer = self.moto_json(request, {**asked, "launchType": "FARGATE"})
        for told in answer["tasks"]:
            cluster = told["clusterArn"].rsplit("/", 1)[-1]
            task = backend.tasks[cluster][told["taskArn"]]
            told["launchType"] = task.launch_type = body.get("launchType", "EC2")
            told["lastStatus"] = "PROVISIONING"
            running = Running(self, task, definition)
            if immediate:
                self.take_room(running)
            self.tasks[task.task_arn] = running
            self.waiting.append(running)
            self.later(self.settings["startSeconds"], self.start_waiting)
            self.started += 1
        return answer

    @staticmethod
    def definition(backend, body):
        try:
            return backend.describe_task_definition(body["taskDefinition"])
        except Exception as e:
            raise Refusal("ClientException", "TaskDefinition not found.") from e

    def describe_tasks(self, body, request):
        asked = body.get("tasks", [])
        checked(1 <= len(asked) <= 100, "tasks must have 1 to 100 entries")
        for task in asked:
            checked(re.fullmatch(r"arn:aws:ecs:[^:]+:\d+:task/.+|[0-9a-f-]{32,36}", task), f"Invalid identifier: {task}")
        seen = [arn for arn in asked if self.visible(arn)]
        tasks = self.moto_json(request, {**body, "tasks": seen})["tasks"] if seen else []
        return {"tasks": tasks, "failures": [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in seen]}

    def list_tasks(self, body, request):
        filters = {"containerInstance", "desiredStatus", "family", "launchType", "serviceName"} & body.keys()
        checked("startedBy" not in body or not filters, "startedBy must be the only filter")
        size, first = body.pop("maxResults", 100), int(body.pop("nextToken", 0))
        checked(1 <= size <= 100, "maxResults must be 1 to 100")
        arns = self.moto_json(request, {"desiredStatus": "RUNNING", **body})["taskArns"]
        seen = [arn for arn in arns if self.visible(arn)]
        more = {"nextToken": str(first + size)} if len(seen) > first + size else {}
        return {"taskArns": seen[first : first + size], **more}

    def stop_task(self, body, request):
        running = self.tasks.get(body["task"])
        if running is None or running.forgotten:
            raise Refusal("InvalidParameterException", "The referenced task was not found.")
        running.stop("UserInitiated", body.get("reason", "Task stopped by user"))
        return {"task": {"taskArn": running.arn, "lastStatus": running.task.last_status, "desiredStatus": "STOPPED"}}

    def end(self):
        self.processes.stdin.close()
        self.processes.wait(10)


def checked(holds, message):
    if not holds:
        raise Refusal("InvalidParameterException", message)


def resident_by_session():
    resident = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", "rb") as file:
                    fields = file.read().rsplit(b")", 1)[1].split()
            except OSError:
                continue
            resident[int(fields[3])] = resident.get(int(fields[3]), 0) + int(fields[21]) * PAGE
    return resident


def arguments():
    settings = ", ".join(f"{name}={value}" for name, value in defaults().items())
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0], epilog="settings and their defaults: " + settings)
    parser.add_argument("--port", type=int, default=0, help="default: any free one, which the line says")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--cluster", default="default", help="is created")
    parser.add_argument("--definition", action="append", default=[], metavar="FAMILY",
                        help="registers a task definition with one container named agent, whose entry point is /usr/bin/timeout")
    parser.add_argument("--environment", action="append", default=[], metavar="NAME=VALUE", help="of those containers")
    parser.add_argument("--folder", help="where tasks run and leave their logs; default: a temporary one, deleted at the end")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=NUMBER", help="one of the settings below; /quarry/settings changes them later")
    return parser.parse_args()


def defaults():
    return {
        "memoryMb": os.sysconf("SC_PHYS_PAGES") * PAGE >> 20, "cpu": 1024 * (os.cpu_count() or 1), "instances": 1,
        "lagSeconds": 0, "startSeconds": 0, "stopSeconds": 30, "keepSeconds": 3600,
        "tokenSeconds": 86400, "tokenSecondsAfterEnd": 3600,
        "modifyBurst": 100, "modifyPerSecond": 40, "readBurst": 100, "readPerSecond": 20,
    }


def prepare(options):
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 10**9})
    backend = ecs_backends[ACCOUNT][options.region]
    backend.create_cluster(options.cluster)
    environment = [dict(zip(("name", "value"), pair.split("=", 1))) for pair in options.environment]
    for family in options.definition:
        backend.register_task_definition(
            family=family, volumes=[], network_mode="bridge", requires_compatibilities=["EC2"], cpu="256", memory="512",
            container_definitions=[{
                "name": "agent", "image": "not-looked-at", "essential": True, "memoryReservation": 64, "environment": environment,
                "entryPoint": ["/usr/bin/timeout", "--signal=TERM"]}])


def main():
    options = arguments()
    parent = os.getppid()
    for name in ("werkzeug", "moto"):
        logging.getLogger(name).setLevel(logging.ERROR)
    threading.stack_size(512 * 1024)
    prepare(options)
    settings = defaults() | {name: float(value) for name, value in (pair.split("=", 1) for pair in options.set)}
    folder = options.folder or tempfile.mkdtemp(prefix="ecs-emulator-")
    emulator = Emulator(settings, folder)
    server = make_server("127.0.0.1", options.port, emulator, threaded=True, request_handler=WSGIRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    print(f"ecs emulator ready http://127.0.0.1:{server.server_port}", flush=True)
    while not stopped.wait(0.5) and os.getppid() == parent:
        pass
    emulator.end()
    if not options.folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
