package dev.quarry.proxy.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.BoundSettings;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.lane.JobSizes.Enlarged;
import dev.quarry.proxy.lane.JobSizes.Sized;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.unit.DataSize;

class SizingTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final long LARGEST = 1L << 45;
    private static final List<String> NAMES = List.of("a.mp4", "b.txt", "c.png", "noname");

    @Property(tries = 500)
    void aLargerFileNeverGetsLessAndNoneLessThanTheBase(
            @ForAll long seed,
            @ForAll @LongRange(max = LARGEST) long one,
            @ForAll @LongRange(max = LARGEST) long other) {
        JobSize base = base(new Random(seed));
        Sizing sizing = sizing(seed, base);
        for (String name : NAMES) {
            JobSize small = sizing.of(name, Math.min(one, other));
            JobSize large = sizing.of(name, Math.max(one, other));
            assertThat(small.or(large)).isEqualTo(large);
            assertThat(small.or(base)).isEqualTo(small);
        }
    }

    @Property(tries = 500)
    void theDiskHoldsWhatTheAgentHoldsAtOnce(@ForAll long seed, @ForAll @LongRange(min = 1, max = LARGEST) long bytes) {
        JobSize base = base(new Random(seed));
        JobSize size = new Sizing("video", base, 1 + new Random(seed).nextInt(3), List.of()).of("a.mp4", bytes);
        long megabytes = (bytes + MEBIBYTE - 1) / MEBIBYTE;
        assertThat((long) size.diskMb()).isGreaterThanOrEqualTo(Math.min(megabytes, Integer.MAX_VALUE));
        long lookahead = Math.min(256, size.diskMb() / 2);
        assertThat((long) size.diskMb())
                .as("the look-ahead, or a larger file alone, leaves room for what extractors write")
                .isGreaterThanOrEqualTo(Math.min(Integer.MAX_VALUE, Math.max(lookahead, megabytes)));
    }

    @Property(tries = 500)
    void aBatchGetsWhatItsNeediestFileNeedsAndNeverMoreThanTheLargestNode(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int files) {
        Random random = new Random(seed);
        JobSize base = base(random);
        Sizing sizing = sizing(seed, base);
        Node node = new Node(
                base.cpuMhz() + random.nextInt(2000),
                base.memoryMb() + random.nextInt(10_000),
                base.diskMb() + random.nextInt(10_000));
        JobSizes sizes = new JobSizes("video", sizing, base, node, "quarry.node");
        List<Sized> batch = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            batch.add(new Sized(NAMES.get(random.nextInt(NAMES.size())), random.nextInt(8) * 300L * MEBIBYTE));
        }
        JobSize together = sizes.of(batch);
        assertThat(together.within(node.most())).isEqualTo(together);
        for (Sized file : batch) {
            JobSize alone = sizing.of(file.name(), file.bytes());
            boolean fits = alone.within(node.most()).equals(alone);
            assertThat(sizes.tooLarge(file.name(), file.bytes()).isEmpty()).isEqualTo(fits);
            if (fits) {
                assertThat(together.or(alone)).isEqualTo(together);
            }
        }
    }

    @Property(tries = 500)
    void doublingEndsAtTheLargestNodeAndNotBeforeItIsAllGiven(
            @ForAll @IntRange(min = 1, max = 100_000) int memory, @ForAll @IntRange(max = 1_000_000) int more) {
        JobSize base = new JobSize(1, memory, 7);
        JobSizes sizes = new JobSizes(
                "video",
                new Sizing("video", base, 2, List.of()),
                base,
                new Node(null, memory + more, null),
                "quarry.node");
        int last = memory;
        for (int factor = 2; factor <= 1 << 21; factor *= 2) {
            Enlarged enlarged = sizes.enlarge(base, factor, 1);
            assertThat(enlarged.size().memoryMb()).isBetween(last, memory + more);
            assertThat(enlarged.size().diskMb()).isEqualTo(7);
            assertThat(enlarged.exhausted()).isEqualTo(last == memory + more ? JobSizes.Exhausted.MEMORY : null);
            if (enlarged.exhausted() != null) {
                return;
            }
            last = enlarged.size().memoryMb();
        }
        assertThat(last).as("a million doublings").isNegative();
    }

    @Test
    void aBatchOfSmallFilesGetsWhatTheLaneAlwaysGave() {
        JobSizes sizes = LaneSettings.lanes().sizes("video");
        List<Sized> batch = java.util.stream.IntStream.range(0, 500)
                .mapToObj(i -> new Sized("f" + i + ".pdf", 64 * MEBIBYTE))
                .toList();
        assertThat(sizes.of(batch)).isEqualTo(new JobSize(1000, 1024, 2048));
    }

    @Test
    void aLargeFileGetsRoomForItsDownloadAndForWhatIsWrittenBesideIt() {
        JobSizes sizes = LaneSettings.lanes().sizes("video");
        assertThat(sizes.of(List.of(new Sized("film.mp4", 10_240 * MEBIBYTE))))
                .isEqualTo(new JobSize(1000, 1024, 2048 + 2 * (10_240 - 256)));
    }

    @Test
    void aSizeClassIsChosenByMediaTypeAndSizeAndTheLastHoldsWhatIsLargerStill() {
        JobSizes sizes = LaneSettings.lanes(
                        "lanes[0].disk-factor", "0",
                        "lanes[0].sizes[0].media-types", "video/*",
                        "lanes[0].sizes[0].up-to", "1GB",
                        "lanes[0].sizes[0].memory-mb", "4096",
                        "lanes[0].sizes[1].media-types", "video/*",
                        "lanes[0].sizes[1].up-to", "10GB",
                        "lanes[0].sizes[1].memory-mb", "16384",
                        "lanes[0].sizes[1].cpu-mhz", "8000",
                        "lanes[0].sizes[2].memory-mb", "2000")
                .sizes("video");
        assertThat(sizes.of(List.of(new Sized("a.mp4", DataSize.ofGigabytes(1).toBytes()))))
                .isEqualTo(new JobSize(1000, 4096, 2048));
        assertThat(sizes.of(List.of(new Sized("a.mp4", DataSize.ofGigabytes(1).toBytes() + 1))))
                .isEqualTo(new JobSize(8000, 16384, 2048));
        assertThat(sizes.of(List.of(new Sized("a.mp4", DataSize.ofGigabytes(50).toBytes()))))
                .isEqualTo(new JobSize(8000, 16384, 2048));
        assertThat(sizes.of(List.of(new Sized("a.wav", DataSize.ofGigabytes(50).toBytes()))))
                .isEqualTo(new JobSize(1000, 2000, 2048));
    }

    @Test
    void aFileThatNoNodeHoldsIsToldTheNeedTheLimitAndWhatToSet() {
        JobSizes sizes = LaneSettings.lanes("node.disk-mb", "200000").sizes("video");
        assertThat(sizes.tooLarge("film.mp4", 150_000 * MEBIBYTE))
                .hasValue(
                        "needs 301,536 MB of disk, the largest node has 200,000: raise quarry.node.disk-mb, or change the sizes of lane 'video'");
        assertThat(sizes.tooLarge("clip.mp4", 1_000 * MEBIBYTE)).isEmpty();
    }

    @Test
    void aLaneWithANodeClassIsHeldAgainstTheNodesOfThatClass() {
        String[] gpu = {
            "node.memory-mb",
            "100000",
            "node-classes.gpu.memory-mb",
            "2000",
            "lanes[0].node-class",
            "gpu",
            "lanes[0].sizes[0].memory-mb",
            "4000"
        };
        assertThat(LaneSettings.lanes(gpu).sizes("video").tooLarge("a.mp4", 1))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("needs 4,000 MB of memory", "2,000", "quarry.node-classes.gpu.memory-mb"));
        gpu[5] = "other";
        assertThat(LaneSettings.lanes(gpu).sizes("video").tooLarge("a.mp4", 1)).isEmpty();
    }

    @Test
    void aLaneTakesFilesOfItsRangeOfSizesAndTheNextLaneTheRest() {
        Lanes lanes = LaneSettings.lanes(
                "lanes[0].max-size", "1MB",
                "lanes[1].name", "large",
                "lanes[1].image", "quarry-agent",
                "lanes[1].extractors", "noop",
                "lanes[1].max-size", "1GB");
        assertThat(lanes.route("a", MEBIBYTE)).map(Lane::name).hasValue("video");
        assertThat(lanes.route("a", MEBIBYTE + 1)).map(Lane::name).hasValue("large");
        assertThat(lanes.route("a", 1025 * MEBIBYTE)).isEmpty();
    }

    @Test
    void theExampleOfTheOperationsPageMeansWhatThePageSays() throws IOException {
        String page = Files.readString(Path.of("../docs/operations.md"));
        String example = page.substring(page.indexOf("quarry:\n  node-classes:"));
        StandardEnvironment environment = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load(
                        "example",
                        new ByteArrayResource(
                                example.substring(0, example.indexOf("```")).getBytes(StandardCharsets.UTF_8)))
                .forEach(environment.getPropertySources()::addFirst);
        environment.getPropertySources().addLast(new MapPropertySource("needed", Map.copyOf(BoundSettings.NEEDED)));
        Lanes lanes = new Lanes(
                Binder.get(environment).bind("quarry", QuarrySettings.class).get());
        JobSizes video = lanes.sizes("video");
        assertThat(lanes.route("film.mkv", 1)).map(Lane::nodeClass).hasValue("gpu");
        assertThat(video.of(List.of(new Sized("clip.mp4", 100 * MEBIBYTE)))).isEqualTo(new JobSize(4000, 8192, 8192));
        assertThat(video.of(List.of(new Sized("film.mp4", 20 * 1024 * MEBIBYTE))))
                .isEqualTo(new JobSize(4000, 16384, 8192 + 3 * (20 * 1024 - 256)));
        assertThat(video.of(List.of(new Sized("day.mp4", 100 * 1024 * MEBIBYTE)))
                        .memoryMb())
                .isEqualTo(32768);
        assertThat(video.tooLarge("week.mp4", 700 * 1024 * MEBIBYTE)).isPresent();
    }

    private static JobSize base(Random random) {
        return new JobSize(1 + random.nextInt(4000), 1 + random.nextInt(8000), 1 + random.nextInt(8000));
    }

    /** Classes for video and for all else, in order, with any gaps. */
    private static Sizing sizing(long seed, JobSize base) {
        Random random = new Random(seed + 1);
        List<SizeClass> classes = new ArrayList<>();
        for (List<String> types : List.of(List.of("video/*"), List.<String>of())) {
            long upTo = 0;
            JobSize size = base;
            double factor = 1.5;
            for (int left = random.nextInt(4); left > 0; left--) {
                upTo += 1 + random.nextInt(2000);
                size = new JobSize(
                        size.cpuMhz() + random.nextInt(1000),
                        size.memoryMb() + random.nextInt(1000),
                        size.diskMb() + random.nextInt(1000));
                factor += random.nextInt(2);
                classes.add(new SizeClass(
                        left == 1 && random.nextBoolean() ? null : DataSize.ofMegabytes(upTo),
                        types,
                        size.cpuMhz(),
                        size.memoryMb(),
                        size.diskMb(),
                        factor));
            }
        }
        return new Sizing("video", base, 1.5, classes);
    }
}
