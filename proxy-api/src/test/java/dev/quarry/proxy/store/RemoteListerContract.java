package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What every bucket and container must do when it is listed. A variant says where it is, and which names it allows. */
public abstract class RemoteListerContract extends StoreListerContract {
    protected abstract RemoteTestStore store();

    @Override
    protected final StoreLister lister() {
        return store().lister();
    }

    @Override
    protected final void put(KeyBytes key, int size) {
        store().put(key, new byte[size]);
    }

    @Override
    protected final void remove(KeyBytes key) {
        store().remove(key);
    }

    @Test
    void anEmptyOneIsEmptyAndNotGone() throws IOException {
        assertThat(all(KeyBytes.EMPTY, 10).size()).isZero();
    }
}
