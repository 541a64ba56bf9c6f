package dev.quarry.activity.process;

import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobRejectedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Remembers whose jobs run below a folder: processes of one user have no walls between them, so the first tenant has it alone. */
record OneTenant(Path base) {
    private static final String MARK = ".tenant";

    /** @throws JobRejectedException if another tenant was first */
    void admit(String tenant) throws JobRejectedException {
        String first = first(tenant);
        if (!first.equals(tenant)) {
            throw new JobRejectedException("the process backend runs the jobs of one tenant, and " + base + " is "
                    + first + "'s: give the stores of " + tenant
                    + " a site with containers or with a worker of its own, or delete " + base.resolve(MARK) + " if "
                    + first + " is gone for good");
        }
    }

    private String first(String tenant) {
        Path link = base.resolve(MARK);
        try {
            try {
                // A link is there at once with what it says, or not at all.
                Files.createSymbolicLink(link, Path.of(tenant));
                return tenant;
            } catch (FileAlreadyExistsException taken) {
                return Files.readSymbolicLink(link).toString();
            }
        } catch (IOException e) {
            throw new JobBackendException("cannot tell whose jobs " + base + " holds", e);
        }
    }
}
