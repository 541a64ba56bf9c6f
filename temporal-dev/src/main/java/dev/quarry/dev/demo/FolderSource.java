package dev.quarry.dev.demo;

import dev.quarry.dev.stack.StackSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;

/** @param root with all links resolved */
record FolderSource(Path root) implements DemoSource {
    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public boolean liesIn(Path folder) {
        return root.startsWith(folder);
    }

    @Override
    public boolean indexes(Path folder, boolean hidden) {
        return folder.startsWith(root) && (hidden || !isHidden(root.relativize(folder)));
    }

    private static boolean isHidden(Path below) {
        return StreamSupport.stream(below.spliterator(), false)
                .anyMatch(name -> name.toString().startsWith("."));
    }

    @Override
    public StackSettings with(StackSettings settings) {
        return settings.withRoots(root);
    }

    @Override
    public Map<String, Object> store() {
        return Map.of("kind", "filesystem", "root", root.toString());
    }

    @Override
    public Map<String, Object> key() {
        return Map.of();
    }
}
