package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.Constraint;
import com.hashicorp.nomad.apimodel.EphemeralDisk;
import com.hashicorp.nomad.apimodel.Job;
import com.hashicorp.nomad.apimodel.LogConfig;
import com.hashicorp.nomad.apimodel.ReschedulePolicy;
import com.hashicorp.nomad.apimodel.Resources;
import com.hashicorp.nomad.apimodel.RestartPolicy;
import com.hashicorp.nomad.apimodel.Task;
import com.hashicorp.nomad.apimodel.TaskGroup;
import com.hashicorp.nomad.apimodel.Template;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.RunTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Nomad job of a {@link JobSpec}; equal specs give equal jobs, since old servers let two concurrent creators both pass. */
record NomadJob(NomadConfig config, String namespace) {
    static final String TASK = "agent";
    private static final String AGENT = "/opt/quarry/bin/quarry-agent";
    private static final String GROUP = "attempt";
    private static final int LOG_FILES = 2;
    private static final int LOG_FILE_MB = 5;
    /** Nomad refuses less. */
    private static final int LEAST_CPU_MHZ = 1;

    private static final int LEAST_MEMORY_MB = 10;
    private static final int PIDS = 512;
    /** As in worker-container/Containerfile. With a group, since a bare number would run in group 0. */
    private static final String USER = "10001:10001";
    /** Files of any size go to the scratch folder, which is on disk: this is memory of the task. */
    private static final int TMP_BYTES = 64 << 20;

    Job of(JobSpec spec) throws JobRejectedException {
        String image = config.image(spec.image());
        if (image == null) {
            throw new JobRejectedException("no image " + spec.image() + " is configured for Nomad, only "
                    + config.images().keySet());
        }
        Job job = skeleton(spec.id(), task(spec, image), spec.diskMb());
        job.setMeta(new TreeMap<>(spec.labels()));
        if (spec.nodeClass() != null) {
            job.addConstraints(
                    new Constraint().setLTarget("${node.class}").setOperand("=").setRTarget(spec.nodeClass()));
        }
        return job;
    }

    /** A job that is there and never runs: a create-only registration of its id finds it and does nothing. */
    Job neverToRun(JobId id) {
        Task nothing = new Task()
                .setName(TASK)
                .setDriver(config.driver().name())
                .addConfig("command", "/bin/false")
                .setResources(new Resources().setCpu(LEAST_CPU_MHZ).setMemoryMb(LEAST_MEMORY_MB))
                .setLogConfig(new LogConfig().setMaxFiles(1).setMaxFileSizeMb(1));
        return skeleton(id, nothing, LOG_FILE_MB).setStop(true);
    }

    private Job skeleton(JobId id, Task task, int diskMb) {
        TaskGroup group = new TaskGroup()
                .setName(GROUP)
                .setCount(1)
                .addTasks(task)
                .setRestartPolicy(new RestartPolicy()
                        .setAttempts(0)
                        .setMode("fail")
                        .setDelay(1_000_000_000L)
                        .setInterval(60_000_000_000L))
                .setReschedulePolicy(new ReschedulePolicy().setAttempts(0).setUnlimited(false))
                .setEphemeralDisk(new EphemeralDisk()
                        .setSizeMb(diskMb + LOG_FILES * LOG_FILE_MB)
                        .setSticky(false)
                        .setMigrate(false));
        // Nomad 1.8 and later; older servers ignore it and may run a lost allocation again, which the second claim
        // finds out.
        group.addUnmappedProperty("Disconnect", Map.of("Replace", false));
        Job job = new Job()
                .setId(id.value())
                .setName(id.value())
                .setNamespace(namespace)
                .setType("batch")
                .setDatacenters(List.of("*"))
                .addTaskGroups(group);
        if (config.nodePool() != null) {
            job.addUnmappedProperty("NodePool", config.nodePool());
        }
        return job;
    }

    private Task task(JobSpec spec, String image) {
        Map<String, String> environment = new TreeMap<>(spec.environment());
        if (!config.ticketAsVariable()) {
            environment.put("QUARRY_TICKET", spec.ticket().secret());
        }
        environment.put("QUARRY_SCRATCH", "${NOMAD_TASK_DIR}");
        Task task = new Task()
                .setName(TASK)
                .setDriver(config.driver().name())
                .setEnv(environment)
                .setKillSignal("SIGTERM")
                .setKillTimeout(config.grace().toNanos())
                .setResources(new Resources()
                        .setCpu(Math.max(LEAST_CPU_MHZ, spec.cpuMhz()))
                        .setMemoryMb(Math.max(LEAST_MEMORY_MB, spec.memoryMb())))
                .setLogConfig(new LogConfig().setMaxFiles(LOG_FILES).setMaxFileSizeMb(LOG_FILE_MB));
        if (config.driver().confines()) {
            task.setUser(USER);
        }
        driverConfig(spec, image).forEach(task::addConfig);
        if (config.ticketAsVariable()) {
            task.addTemplates(ticket(spec.id()));
        }
        return task;
    }

    private static Template ticket(JobId id) {
        return new Template()
                .setEmbeddedTmpl("QUARRY_TICKET={{ with nomadVar \"" + NomadVariables.path(id.value()) + "\" }}{{ ."
                        + NomadVariables.TICKET + " }}{{ end }}")
                .setDestPath("secrets/ticket.env")
                .setEnvvars(true)
                .setChangeMode("noop");
    }

    private Map<String, Object> driverConfig(JobSpec spec, String image) {
        Map<String, Object> driver = new LinkedHashMap<>();
        switch (config.driver()) {
            case raw_exec -> {
                driver.put("command", "/usr/bin/timeout");
                driver.put("args", timed(spec, image));
            }
            case docker -> {
                driver.put("image", image);
                driver.put("entrypoint", List.of("/usr/bin/timeout"));
                driver.put("args", timed(spec, AGENT));
                driver.putAll(confined());
                driver.put("mount", List.of(tmpfs()));
            }
            case podman -> {
                driver.put("image", image);
                // Its "command" would be arguments of the image's own entry point.
                driver.put("entrypoint", List.of("/usr/bin/timeout"));
                driver.put("args", timed(spec, AGENT));
                driver.putAll(confined());
                driver.put("tmpfs", List.of("/tmp:size=" + TMP_BYTES + ",mode=1777,noexec,nosuid,nodev"));
            }
        }
        return driver;
    }

    private static Map<String, Object> tmpfs() {
        return new TreeMap<>(
                Map.of("type", "tmpfs", "target", "/tmp", "tmpfs_options", List.of(Map.of("size", TMP_BYTES))));
    }

    /** Sorted, because the order of {@code Map.of} differs from JVM to JVM. */
    private static Map<String, Object> confined() {
        return new TreeMap<>(Map.of(
                "readonly_rootfs",
                true,
                "cap_drop",
                List.of("all"),
                "security_opt",
                List.of("no-new-privileges"),
                "pids_limit",
                PIDS,
                "init",
                true));
    }

    /** Nomad limits a batch job's run time since 2.0.3 only, so the task limits itself: it must end even if no worker is left. */
    private List<String> timed(JobSpec spec, String program) {
        List<String> words = new ArrayList<>(List.of("--signal=TERM"));
        words.addAll(new RunTime(spec.maxRuntime(), config.grace()).of(program));
        words.addAll(spec.arguments());
        return words;
    }
}
