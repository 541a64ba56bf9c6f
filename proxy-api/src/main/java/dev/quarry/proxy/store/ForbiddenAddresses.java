package dev.quarry.proxy.store;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Addresses that a store may not lie at unless the operator says so: this machine, its neighbours, the cloud's metadata (RFC 6890). */
final class ForbiddenAddresses {
    private static final List<Block> IPV4 = List.of(
            new Block("0.0.0.0", 8, new byte[] {0}),
            new Block("private", 8, new byte[] {10}),
            new Block("shared by carriers", 10, new byte[] {100, 64}),
            new Block("loopback", 8, new byte[] {127}),
            new Block("link-local, metadata", 16, new byte[] {(byte) 169, (byte) 254}),
            new Block("private", 12, new byte[] {(byte) 172, 16}),
            new Block("protocol assignments", 24, new byte[] {(byte) 192, 0, 0}),
            new Block("private", 16, new byte[] {(byte) 192, (byte) 168}),
            new Block("benchmarks", 15, new byte[] {(byte) 198, 18}),
            new Block("multicast and reserved", 3, new byte[] {(byte) 224}));

    private ForbiddenAddresses() {}

    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? forbidden4(bytes) : forbidden6(bytes);
    }

    private static boolean forbidden4(byte[] bytes) {
        return IPV4.stream().anyMatch(block -> block.contains(bytes));
    }

    /** Only global unicast, 2000::/3, without its ways into IPv4: 6to4 is held against the address inside, Teredo is not for stores. NAT64 likewise. */
    private static boolean forbidden6(byte[] bytes) {
        if (startsWith(bytes, 0x20, 0x02)) {
            return forbidden4(Arrays.copyOfRange(bytes, 2, 6));
        }
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) {
            return forbidden4(Arrays.copyOfRange(bytes, 12, 16));
        }
        boolean global = (bytes[0] & 0xe0) == 0x20;
        // A metadata service's address that looks global does not exist: fd00:ec2::254 is in fc00::/7.
        return !global || startsWith(bytes, 0x20, 0x01, 0, 0);
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private record Block(String why, int bits, byte[] prefix) {
        @SuppressWarnings("ArrayRecordComponent") // compared by nobody
        Block {}

        boolean contains(byte[] address) {
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                int wanted = bit / 8 < prefix.length ? prefix[bit / 8] & mask : 0;
                if ((address[bit / 8] & mask) != wanted) {
                    return false;
                }
            }
            return true;
        }
    }
}
