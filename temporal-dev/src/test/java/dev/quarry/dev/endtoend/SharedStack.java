package dev.quarry.dev.endtoend;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the one {@link TestStack} to tests that ask for it; started with the first, closed after the last. After each test no process of
 * a job is left.
 */
final class SharedStack implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedStack.class);

    private record Started(TestStack stack) implements AutoCloseable {
        static Started now(Class<?> key) {
            try {
                return new Started(TestStack.start());
            } catch (Exception e) {
                throw new IllegalStateException("the stack does not start", e);
            }
        }

        @Override
        public void close() throws Exception {
            stack.close();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Started started = context.getRoot().getStore(NAMESPACE).get(SharedStack.class, Started.class);
        if (started != null) {
            started.stack().awaitNothingLeft();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestStack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(SharedStack.class, Started::now, Started.class)
                .stack();
    }
}
