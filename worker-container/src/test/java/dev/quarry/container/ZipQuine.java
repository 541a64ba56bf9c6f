package dev.quarry.container;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A zip archive whose only member is that very archive: whoever unpacks what it unpacked never ends.
 *
 * <p>Made as Russ Cox told in "Zip Files All The Way Down" (2010): of two instructions of deflate, "the next n bytes
 * as they are" and "the last n bytes again", a program that prints its header, itself and its end. Its own CRC is the solution of 32
 * equations, since a CRC is linear in each bit of what it is of.
 */
final class ZipQuine {
    private static final byte[] NAME = "a-zip-archive-holds-itself.zip".getBytes(StandardCharsets.US_ASCII);
    private static final int[] LENGTHS = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227
    };

    private ZipQuine() {}

    static byte[] bytes() {
        return archive(crcThatFits());
    }

    private static byte[] archive(int crc) {
        int packed = program(crc, 0, 0).length;
        int size = packed + head(crc, 0, 0).length + end(crc, 0, 0).length;
        return joined(head(crc, packed, size), program(crc, packed, size), end(crc, packed, size));
    }

    /** Prints head, itself and end. Each line says what it prints of the lines above and below. */
    private static byte[] program(int crc, int packed, int size) {
        byte[] head = head(crc, packed, size);
        byte[] end = end(crc, packed, size);
        byte[] nothing = next(0); // five bytes, as all of these but the last
        byte[] one = next(5);
        byte[] four = next(20);
        byte[] headAndOne = next(head.length + 5);
        byte[] againHead = again(false, true, head.length + 5, head.length + 5);
        byte[] againFour = again(false, false, 20, 10, 10);
        byte[] againEnd = again(true, false, end.length + 4, end.length + 4);
        byte[] endAndOne = next(end.length + againEnd.length);
        return joined(
                joined(headAndOne, head, headAndOne, againHead, one, againHead, one, one),
                joined(four, againHead, one, one, four, againFour),
                joined(four, againFour, four, againFour, four, againFour),
                joined(four, againFour, nothing, nothing, endAndOne, againFour, nothing, nothing),
                joined(endAndOne, againEnd, end, againEnd));
    }

    private static byte[] head(int crc, int packed, int size) {
        return joined(bytes(4, 0x04034b50), member(crc, packed, size), NAME);
    }

    private static byte[] end(int crc, int packed, int size) {
        byte[] directory = joined(bytes(4, 0x02014b50), bytes(2, 20), member(crc, packed, size), new byte[14], NAME);
        return joined(
                directory,
                bytes(4, 0x06054b50),
                bytes(2, 0, 0, 1, 1),
                bytes(4, directory.length, 30 + NAME.length + packed),
                bytes(2, 0));
    }

    private static byte[] member(int crc, int packed, int size) {
        return joined(bytes(2, 20, 0, 8, 0, 0x21), bytes(4, crc, packed, size), bytes(2, NAME.length, 0));
    }

    /** A stored block. */
    private static byte[] next(int n) {
        return joined(new byte[1], bytes(2, n, 0xffff ^ n));
    }

    /** A block of matches at this distance; with an empty block behind it where that makes it end with a byte. */
    private static byte[] again(boolean last, boolean filled, int distance, int... lengths) {
        Bits bits = new Bits();
        bits.put(last ? 1 : 0, 1);
        bits.put(1, 2);
        for (int length : lengths) {
            length(bits, length);
            distance(bits, distance);
        }
        bits.code(0, 7);
        if (filled) {
            bits.put(2, 3);
            bits.code(0, 7);
        }
        return bits.bytes();
    }

    private static void length(Bits bits, int length) {
        int symbol = LENGTHS.length - 1;
        while (LENGTHS[symbol] > length) {
            symbol--;
        }
        if (symbol < 23) {
            bits.code(symbol + 1, 7);
        } else {
            bits.code(0xc0 + symbol - 23, 8);
        }
        bits.put(length - LENGTHS[symbol], symbol < 8 ? 0 : (symbol - 4) / 4);
    }

    private static void distance(Bits bits, int distance) {
        int code = 0;
        int least = 1;
        while (distance >= least + (1 << extra(code))) {
            least += 1 << extra(code++);
        }
        bits.code(code, 5);
        bits.put(distance - least, extra(code));
    }

    private static int extra(int code) {
        return code < 2 ? 0 : (code - 2) / 2;
    }

    /** Solves {@code crc(archive(x)) = x} by elimination; bit 32 of a row is its right side. */
    private static int crcThatFits() {
        int none = crc(archive(0));
        long[] rows = new long[32];
        for (int column = 0; column < 32; column++) {
            int changed = crc(archive(1 << column)) ^ none ^ (1 << column);
            for (int row = 0; row < 32; row++) {
                rows[row] |=
                        (long) (changed >>> row & 1) << column | (column == 0 ? (long) (none >>> row & 1) << 32 : 0);
            }
        }
        for (int column = 0; column < 32; column++) {
            int pivot = column;
            while ((rows[pivot] >>> column & 1) == 0) {
                pivot++;
            }
            long swapped = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = swapped;
            for (int row = 0; row < 32; row++) {
                if (row != column && (rows[row] >>> column & 1) == 1) {
                    rows[row] ^= rows[column];
                }
            }
        }
        int crc = 0;
        for (int row = 0; row < 32; row++) {
            crc |= (int) (rows[row] >>> 32 & 1) << row;
        }
        return crc;
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static byte[] bytes(int width, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            if (width == 2) {
                bytes.putShort((short) value);
            } else {
                bytes.putInt(value);
            }
        }
        return bytes.array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static final class Bits {
        private BigInteger value = BigInteger.ZERO;
        private int count;

        void put(int bits, int width) {
            value = value.or(BigInteger.valueOf(bits).shiftLeft(count));
            count += width;
        }

        /** Huffman codes go in from their highest bit. */
        void code(int code, int width) {
            for (int bit = width - 1; bit >= 0; bit--) {
                put(code >>> bit & 1, 1);
            }
        }

        byte[] bytes() {
            byte[] bytes = new byte[(count + 7) / 8];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = value.shiftRight(8 * i).byteValue();
            }
            return bytes;
        }
    }
}
