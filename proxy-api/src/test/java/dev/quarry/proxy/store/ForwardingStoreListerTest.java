package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForwardingStoreListerTest {
    private static final class Silent extends ForwardingStoreLister {
        Silent(StoreLister store) {
            super(store);
        }
    }

    @Test
    void whatAListerIsAskedTheOneInsideIsAskedToo() throws ReflectiveOperationException {
        List<String> asked = new ArrayList<>();
        StoreLister inside = (StoreLister) Proxy.newProxyInstance(
                StoreLister.class.getClassLoader(), new Class<?>[] {StoreLister.class}, (proxy, method, arguments) -> {
                    asked.add(method.getName());
                    return answer(method);
                });
        List<String> all = new ArrayList<>();
        for (Method method : StoreLister.class.getMethods()) {
            all.add(method.getName());
            Object answer = method.invoke(new Silent(inside), arguments(method));
            assertThat(answer).as(method.getName()).isEqualTo(answer(method));
        }
        assertThat(asked).isEqualTo(all).contains("list", "probe", "throttledSince");
    }

    /** One that no lister has by default. */
    private static Object answer(Method method) {
        if (method.getReturnType() == boolean.class) {
            return true;
        }
        return method.getReturnType() == Optional.class
                ? Optional.of(KeyBytes.utf8("there"))
                : new Listing(List.of(), List.of(), Optional.empty(), List.of("said"));
    }

    private static Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(ForwardingStoreListerTest::plain)
                .toArray();
    }

    private static Object plain(Class<?> type) {
        if (type == int.class) {
            return 1;
        }
        if (type == KeyBytes.class) {
            return KeyBytes.EMPTY;
        }
        return type == Optional.class ? Optional.empty() : Instant.EPOCH;
    }
}
