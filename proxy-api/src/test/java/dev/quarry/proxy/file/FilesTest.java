package dev.quarry.proxy.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FilesTest {
    private final TestStore store = new TestStore();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void aFolderIsPagedFoldersFirst(int limit) {
        for (String path : new String[] {"b/x.txt", "a/y.txt", "c.txt", "d.txt", "e.txt"}) {
            store.write(path, "text");
        }
        store.open().complete();
        assertThat(pages(
                        "?limit=" + limit,
                        "folders",
                        folder -> folder.get("name").asString()))
                .containsExactly("a", "b");
        assertThat(pages("?limit=" + limit, "files", file -> file.get("path").asString()))
                .containsExactly("c.txt", "d.txt", "e.txt");
        String folder = page("").get("folders").get(1).get("folder").asString();
        assertThat(pages(
                        "?folder=" + folder + "&limit=" + limit,
                        "files",
                        file -> file.get("path").asString()))
                .containsExactly("b/x.txt");
    }

    @Test
    void filesAreFoundByOutcome() {
        for (int i = 0; i < 5; i++) {
            store.write("good" + i, "text");
            store.write("bad" + i, "text");
        }
        store.open().complete(Map.of("bad1", "CRASHED", "bad3", "NOT_READABLE"));
        assertThat(pages(
                        "?outcome=FAILED&limit=1",
                        "files",
                        file -> file.get("reason").asString()))
                .containsExactlyInAnyOrder("CRASHED", "NOT_READABLE");
        assertThat(pages(
                        "?outcome=INDEXED&limit=3",
                        "files",
                        file -> file.get("path").asString()))
                .hasSize(8);
        assertThat(pages("?outcome=UNCHANGED", "files", file -> file)).isEmpty();
        store.open().complete();
        assertThat(pages(
                        "?outcome=UNCHANGED&limit=3",
                        "files",
                        file -> file.get("path").asString()))
                .hasSize(8);
    }

    @Test
    void whatWasMovedOrHasVanishedIsNotUnchanged() throws IOException {
        for (String path : new String[] {"moves.txt", "stays.txt", "goes.txt"}) {
            store.write(path, "text of " + path);
        }
        store.open().complete();
        Files.move(store.root.resolve("moves.txt"), store.root.resolve("moved.txt"));
        Files.delete(store.root.resolve("goes.txt"));
        TestRun keeps = store.openListingOnly();
        keeps.walk();
        keeps.close(false);
        assertThat(pages("?outcome=MOVED", "files", file -> file.get("path").asString()))
                .containsExactly("moved.txt");
        assertThat(pages("?outcome=UNCHANGED", "files", file -> file.get("path").asString()))
                .containsExactly("stays.txt");
        store.open().complete();
        assertThat(pages("?outcome=MOVED", "files", file -> file)).isEmpty();
        assertThat(pages("?outcome=UNCHANGED", "files", file -> file)).hasSize(2);
    }

    @Test
    void aFileShowsWhatHappenedToIt() {
        store.write("a.txt", "text");
        store.open().complete();
        JsonNode row = page("").get("files").get(0);
        JsonNode file =
                TestStore.people("/api/v1/files/" + row.get("file").asString()).json();
        row.properties().forEach(field -> assertThat(file.get(field.getKey())).isEqualTo(field.getValue()));
        assertThat(file.get("extractions")).isEmpty();
        assertThat(file.get("timeline").get(0).get("what").asString()).isEqualTo("packed");
        assertThat(file.get("timeline").get(0).get("generation").asInt()).isEqualTo(1);
    }

    private JsonNode page(String query) {
        return TestStore.people("/api/v1/stores/" + store.name + "/files" + query)
                .json();
    }

    private <T> List<T> pages(String query, String list, Function<JsonNode, T> what) {
        List<T> all = new ArrayList<>();
        JsonNode page = page(query);
        while (true) {
            page.get(list).forEach(row -> all.add(what.apply(row)));
            if (page.get("next").isNull()) {
                return all;
            }
            page = page(query + "&after=" + page.get("next").asString());
        }
    }
}
