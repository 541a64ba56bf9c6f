package dev.quarry.dev.endtoend;

import java.net.URI;
import java.util.List;

/** A scheduler of the tests' own. */
interface Cluster extends AutoCloseable {
    /** Of its API. */
    URI address();

    /** The jobs that it has not ended. */
    List<String> running() throws Exception;

    /** Neither it nor the machine knows of a job that goes on. */
    void awaitNothingLeft() throws Exception;

    @Override
    void close() throws Exception;
}
