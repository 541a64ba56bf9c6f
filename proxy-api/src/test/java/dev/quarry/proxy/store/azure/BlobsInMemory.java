package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of Azure Blob Storage as a listing and a download need, by the REST reference: names in the order of unsigned bytes, or in an account with
 * directories in the order of names within each.
 */
final class BlobsInMemory implements StoreFaults.Fault {
    private static final Pattern RANGE = Pattern.compile("(?mi)^Range: bytes=(\\d+)-(\\d+)");
    private static final Pattern IF_MATCH = Pattern.compile("(?mi)^If-Match: (\\S+)");
    private static final Comparator<KeyBytes> WITHIN_DIRECTORIES =
            Comparator.comparing(name -> name.endsWithSlash() ? name.withoutSlash() : name);

    final NavigableMap<KeyBytes, byte[]> blobs = new ConcurrentSkipListMap<>();
    private final boolean hierarchical;
    /** Whether the account tells what it is. */
    private final boolean tells;

    private final int most;

    BlobsInMemory(boolean hierarchical, boolean tells) {
        this(hierarchical, tells, Integer.MAX_VALUE);
    }

    /** @param most names in an answer, even if more are asked for */
    BlobsInMemory(boolean hierarchical, boolean tells, int most) {
        this.hierarchical = hierarchical;
        this.tells = tells;
        this.most = most;
    }

    @Override
    public void answer(StoreFaults.Exchange exchange) throws IOException {
        String target = exchange.request().split(" ", 3)[1];
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Map<String, String> asked = parameters(question < 0 ? "" : target.substring(question + 1));
        // account, container, and where there is one the blob
        String[] parts = path.substring(1).split("/", 3);
        if ("properties".equals(asked.get("comp"))) {
            account(exchange);
        } else if ("list".equals(asked.get("comp"))) {
            list(exchange, asked);
        } else {
            get(exchange, KeyBytes.utf8(decoded(parts[2].replace("+", "%2B"))));
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String one : query.split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                parameters.put(one.substring(0, equals), decoded(one.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private void account(StoreFaults.Exchange exchange) throws IOException {
        if (!tells) {
            exchange.respond(403, "AuthorizationPermissionMismatch");
            return;
        }
        exchange.respond(
                200,
                "x-ms-sku-name: Standard_LRS\r\nx-ms-account-kind: StorageV2\r\nx-ms-is-hns-enabled: " + hierarchical
                        + "\r\n",
                "");
    }

    private void list(StoreFaults.Exchange exchange, Map<String, String> asked) throws IOException {
        KeyBytes prefix = KeyBytes.utf8(asked.getOrDefault("prefix", ""));
        int max = Math.min(most, Integer.parseInt(asked.getOrDefault("maxresults", "5000")));
        NavigableSet<KeyBytes> items = new TreeSet<>(hierarchical ? WITHIN_DIRECTORIES : Comparator.naturalOrder());
        for (KeyBytes key : blobs.keySet()) {
            if (key.bytes().length >= prefix.bytes().length
                    && Arrays.equals(Arrays.copyOf(key.bytes(), prefix.bytes().length), prefix.bytes())
                    && (hierarchical || key.compareTo(KeyBytes.utf8(asked.getOrDefault("startFrom", ""))) >= 0)) {
                items.add(rolledUp(key, prefix.bytes().length));
            }
        }
        if (hierarchical && asked.containsKey("startFrom")) {
            items = items.tailSet(KeyBytes.utf8(asked.get("startFrom")), true);
        }
        if (asked.containsKey("marker")) {
            items = items.tailSet(KeyBytes.utf8(decoded(asked.get("marker"))), true);
        }
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
        items.stream().limit(max).forEach(item -> xml.append(item(item, prefix)));
        String next =
                items.stream().skip(max).findFirst().map(BlobsInMemory::encoded).orElse("");
        exchange.respond(
                200,
                "Content-Type: application/xml\r\n",
                xml.append("</Blobs><NextMarker>")
                        .append(next)
                        .append("</NextMarker></EnumerationResults>")
                        .toString());
    }

    private static KeyBytes rolledUp(KeyBytes key, int prefix) {
        byte[] bytes = key.bytes();
        for (int i = prefix; i < bytes.length; i++) {
            if (bytes[i] == '/') {
                return KeyBytes.of(Arrays.copyOf(bytes, i + 1));
            }
        }
        return key;
    }

    /** Names are given encoded, as the service does where XML cannot hold them. */
    private String item(KeyBytes item, KeyBytes prefix) {
        String name = "<Name Encoded=\"true\">" + encoded(item) + "</Name>";
        byte[] bytes = blobs.getOrDefault(item, new byte[0]);
        return item.endsWithSlash() && !item.equals(prefix)
                ? "<BlobPrefix>" + name + "</BlobPrefix>"
                : "<Blob>" + name + "<Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Etag>"
                        + etag(bytes) + "</Etag><Content-Length>" + bytes.length
                        + "</Content-Length></Properties></Blob>";
    }

    private void get(StoreFaults.Exchange exchange, KeyBytes key) throws IOException {
        byte[] bytes = blobs.get(key);
        if (bytes == null) {
            exchange.respond(404, "BlobNotFound");
            return;
        }
        String etag = "\"" + etag(bytes) + "\"";
        Matcher condition = IF_MATCH.matcher(exchange.request());
        if (condition.find() && !condition.group(1).equals(etag)) {
            exchange.respond(412, "ConditionNotMet");
            return;
        }
        Matcher range = RANGE.matcher(exchange.request());
        boolean part = range.find();
        byte[] body = part
                ? Arrays.copyOfRange(bytes, Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)) + 1)
                : bytes;
        exchange.respond(
                part ? 206 : 200, "ETag: " + etag + "\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n", body);
    }

    private static String etag(byte[] bytes) {
        return "0x" + Integer.toHexString(Arrays.hashCode(bytes));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String encoded(KeyBytes key) {
        StringBuilder text = new StringBuilder();
        for (byte b : key.bytes()) {
            text.append(String.format("%%%02X", b & 0xff));
        }
        return text.toString();
    }
}
