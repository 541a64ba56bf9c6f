package dev.quarry.container.image;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Path;

/** How stored pixels are to be turned before somebody looks at them: EXIF's number, 1 to 8. */
record Orientation(int number) {
    private static final Orientation AS_STORED = new Orientation(1);

    /** As stored if the file does not say, or says what there is not. */
    static Orientation of(Path file) {
        try {
            ExifIFD0Directory exif =
                    ImageMetadataReader.readMetadata(file.toFile()).getFirstDirectoryOfType(ExifIFD0Directory.class);
            Integer number = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return number == null || number < 1 || number > 8 ? AS_STORED : new Orientation(number);
        } catch (ImageProcessingException | IOException | RuntimeException unreadable) {
            return AS_STORED;
        }
    }

    boolean swapsSides() {
        return number >= 5;
    }

    /** From where pixels are stored, in an image of this size, to where they are seen. */
    AffineTransform transform(int width, int height) {
        return switch (number) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
            case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
            case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
            case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
            default -> new AffineTransform();
        };
    }
}
