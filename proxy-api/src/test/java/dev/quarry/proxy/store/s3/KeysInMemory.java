package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of S3 as a listing and a download need, for keys that no emulator on files can hold: by the API reference, in the order of unsigned bytes. */
class KeysInMemory implements StoreFaults.Fault {
    private static final Pattern RANGE = Pattern.compile("(?mi)^Range: bytes=(\\d+)-(\\d+)");
    private static final Pattern IF_MATCH = Pattern.compile("(?mi)^If-Match: (\\S+)");

    final NavigableMap<KeyBytes, byte[]> objects = new ConcurrentSkipListMap<>();

    @Override
    public void answer(StoreFaults.Exchange exchange) throws IOException {
        String target = exchange.request().split(" ", 3)[1];
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String key = path.substring(path.indexOf('/', 1) + 1);
        if (path.indexOf('/', 1) < 0 || key.isEmpty()) {
            list(exchange, parameters(target.substring(question + 1)));
        } else {
            get(exchange, KeyBytes.utf8(URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8)));
        }
    }

    static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String one : query.split("&", -1)) {
            int equals = one.indexOf('=');
            String name = equals < 0 ? one : one.substring(0, equals);
            parameters.put(
                    name, equals < 0 ? "" : URLDecoder.decode(one.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    void list(StoreFaults.Exchange exchange, Map<String, String> asked) throws IOException {
        KeyBytes prefix = KeyBytes.utf8(asked.getOrDefault("prefix", ""));
        KeyBytes after = KeyBytes.utf8(asked.getOrDefault("continuation-token", asked.getOrDefault("start-after", "")));
        int max = Integer.parseInt(asked.getOrDefault("max-keys", "1000"));
        TreeSet<KeyBytes> items = new TreeSet<>();
        for (KeyBytes key : objects.tailMap(after, false).keySet()) {
            if (key.bytes().length >= prefix.bytes().length
                    && Arrays.equals(Arrays.copyOf(key.bytes(), prefix.bytes().length), prefix.bytes())) {
                items.add(rolledUp(key, prefix.bytes().length));
            }
        }
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>")
                .append(items.size() > max)
                .append("</IsTruncated>");
        items.stream().limit(max).forEach(item -> xml.append(item(item, prefix)));
        if (items.size() > max) {
            xml.append("<NextContinuationToken>")
                    .append(encoded(items.stream().skip(max - 1L).findFirst().orElseThrow()))
                    .append("</NextContinuationToken>");
        }
        exchange.respond(
                200,
                "Content-Type: application/xml\r\n",
                xml.append("</ListBucketResult>").toString());
    }

    static KeyBytes rolledUp(KeyBytes key, int prefix) {
        byte[] bytes = key.bytes();
        for (int i = prefix; i < bytes.length; i++) {
            if (bytes[i] == '/') {
                return KeyBytes.of(Arrays.copyOf(bytes, i + 1));
            }
        }
        return key;
    }

    String item(KeyBytes item, KeyBytes prefix) {
        byte[] bytes = objects.get(item);
        // A key that ends with the delimiter is rolled up as well, unless it is the prefix itself.
        return item.endsWithSlash() && !item.equals(prefix)
                ? "<CommonPrefixes><Prefix>" + encoded(item) + "</Prefix></CommonPrefixes>"
                : "<Contents><Key>" + encoded(item)
                        + "</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;"
                        + etag(item, bytes == null ? new byte[0] : bytes) + "&quot;</ETag><Size>"
                        + (bytes == null ? 0 : bytes.length)
                        + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
    }

    private void get(StoreFaults.Exchange exchange, KeyBytes key) throws IOException {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            exchange.respond(404, "NoSuchKey");
            return;
        }
        String etag = "\"" + etag(key, bytes) + "\"";
        Matcher condition = IF_MATCH.matcher(exchange.request());
        if (condition.find() && !condition.group(1).equals(etag)) {
            exchange.respond(412, "PreconditionFailed");
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

    private static String encoded(KeyBytes key) {
        return URLEncoder.encode(new String(key.bytes(), StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    String etag(KeyBytes key, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
