package dev.quarry.container.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImagePropertiesTest {
    private final Metadata metadata = new Metadata();

    @Test
    void whatTwoDirectoriesOfOneNameSayIsKeptOfBoth() {
        made("first");
        made("second");

        assertThat(ImageProperties.tags(metadata))
                .containsEntry("Exif IFD0", Map.of("Make", "first"))
                .containsEntry("Exif IFD0 2", Map.of("Make", "second"));
    }

    @Test
    void theDateIsTheFirstThatADirectoryHas() {
        metadata.addDirectory(new ExifSubIFDDirectory());
        ExifSubIFDDirectory dated = new ExifSubIFDDirectory();
        dated.setString(ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL, "2020:01:02 03:04:05");
        metadata.addDirectory(dated);

        assertThat(ImageProperties.dateTaken(metadata)).isEqualTo("2020-01-02T03:04:05Z");
    }

    private void made(String by) {
        ExifIFD0Directory directory = new ExifIFD0Directory();
        directory.setString(ExifIFD0Directory.TAG_MAKE, by);
        metadata.addDirectory(directory);
    }
}
