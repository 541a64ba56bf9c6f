package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory bucket of S3 Express One Zone, as its documentation has it; nothing here has met a real one. By the S3 API reference (API_CreateSession,
 * API_ListObjectsV2, API_GetObject) and the user guide (s3-express-differences):
 *
 * <ul>
 *   <li>all calls but CreateSession ({@code GET /?session}) are signed, for the service {@code s3express}, with the credentials of a session of five minutes,
 *       whose token is in {@code x-amz-s3session-token}; a ReadOnly session reads and lists;
 *   <li>"ListObjectsV2 does not return objects in lexicographical order": each listing has an order of its own here, which it keeps to its end; answers may
 *       hold fewer keys than were asked for;
 *   <li>"only prefixes that end in a delimiter (/) are supported", "/ is the only supported delimiter", and {@code start-after}, request payer and optional
 *       object attributes are not supported;
 *   <li>"the CommonPrefixes response parameter contains the prefixes that are associated with the in-progress multipart uploads";
 *   <li>an ETag is a random string and not an MD5, though here it looks like one; deleting an object deletes the folders that hold nothing any more;
 *   <li>there are no versions.
 * </ul>
 *
 * Path style is not supported by AWS, and here, as clients use it at hosts that are addresses. Which codes refusals have is not documented.
 */
public final class DirectoryBuckets extends KeysInMemory {
    public static final String BUCKET = "quarry--usw2-az1--x-s3";

    private static final Pattern KEY_ID =
            Pattern.compile("(?mi)^Authorization: .*Credential=([^/]+)/\\d+/[^/]+/s3express/");
    private static final Pattern TOKEN = Pattern.compile("(?mi)^x-amz-s3session-token: (\\S+)");
    private static final Pattern MODE = Pattern.compile("(?mi)^x-amz-create-session-mode: (\\S+)");
    private static final Pattern UNSUPPORTED =
            Pattern.compile("(?mi)^x-amz-(optional-object-attributes|request-payer|security-token):");

    private final Map<KeyBytes, String> etags = new ConcurrentHashMap<>();
    private final Set<KeyBytes> uploads = ConcurrentHashMap.newKeySet();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private volatile Duration lasts = Duration.ofMinutes(5);
    private volatile int most = 1_000;
    private volatile Runnable meanwhile = () -> {};

    private record Session(String keyId, Instant end) {}

    /** A session that was asked for: by which key, and what it may do. */
    public record Asked(String keyId, String mode) {}

    /** Where a listing goes on. */
    private record Place(String listing, String after) {}

    public void put(String key, String content) {
        put(KeyBytes.utf8(key), content.getBytes(StandardCharsets.UTF_8));
    }

    void put(KeyBytes key, byte[] content) {
        etags.put(key, UUID.randomUUID().toString().replace("-", ""));
        objects.put(key, content);
    }

    public void remove(String key) {
        objects.remove(KeyBytes.utf8(key));
    }

    /** Begun, and neither completed nor aborted. */
    public void upload(String key) {
        uploads.add(KeyBytes.utf8(key));
    }

    /** Keys at most in one answer. */
    void answersOf(int keys) {
        most = keys;
    }

    /** How long sessions last from now on. */
    void sessionsOf(Duration length) {
        lasts = length;
    }

    /** Done once, behind the next answer of a listing of which more is to come. */
    void meanwhile(Runnable change) {
        meanwhile = change;
    }

    /** Keys of the account that may not have sessions. */
    public void refuse(String keyId) {
        refused.add(keyId);
    }

    /** Sessions that were made, the first one first. */
    public List<Asked> sessions() {
        return asked;
    }

    @Override
    public void answer(StoreFaults.Exchange exchange) throws IOException {
        String head = exchange.request();
        if (head.matches("(?s)GET [^ ]*\\?session[ =&].*")) {
            createSession(exchange, head);
        } else if (!head.startsWith("GET ") && !head.startsWith("HEAD ")) {
            exchange.respond(403, "AccessDenied");
        } else if (!isOfSession(head)) {
            exchange.respond(403, "AccessDenied");
        } else if (head.matches("(?s)GET [^ ]*\\?versioning[ =&].*")) {
            exchange.respond(405, "MethodNotAllowed");
        } else if (UNSUPPORTED.matcher(head).find()) {
            exchange.respond(501, "NotImplemented");
        } else {
            super.answer(exchange);
        }
    }

    private void createSession(StoreFaults.Exchange exchange, String head) throws IOException {
        Optional<String> keyId = found(KEY_ID, head);
        if (keyId.isEmpty()
                || refused.contains(keyId.get())
                || TOKEN.matcher(head).find()) {
            exchange.respond(403, "AccessDenied");
            return;
        }
        asked.add(new Asked(keyId.get(), found(MODE, head).orElse("")));
        String token = "token-" + UUID.randomUUID();
        Instant end = Instant.now().plus(lasts);
        String id = "SESSION" + asked.size();
        sessions.put(token, new Session(id, end));
        exchange.respond(
                200,
                "Content-Type: application/xml\r\n",
                "<CreateSessionResult><Credentials><AccessKeyId>" + id + "</AccessKeyId><SecretAccessKey>of-" + id
                        + "</SecretAccessKey><SessionToken>" + token + "</SessionToken><Expiration>" + end
                        + "</Expiration></Credentials></CreateSessionResult>");
    }

    private boolean isOfSession(String head) {
        Session session = found(TOKEN, head).map(sessions::get).orElse(null);
        return session != null
                && found(KEY_ID, head).filter(session.keyId()::equals).isPresent()
                && Instant.now().isBefore(session.end());
    }

    private static Optional<String> found(Pattern pattern, String head) {
        Matcher matcher = pattern.matcher(head);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    @Override
    void list(StoreFaults.Exchange exchange, Map<String, String> parameters) throws IOException {
        String prefix = parameters.getOrDefault("prefix", "");
        String delimiter = parameters.getOrDefault("delimiter", "/");
        if (parameters.containsKey("start-after")) {
            exchange.respond(501, "NotImplemented");
        } else if ((!prefix.isEmpty() && !prefix.endsWith("/")) || !delimiter.equals("/")) {
            exchange.respond(400, "InvalidRequest");
        } else {
            page(exchange, KeyBytes.utf8(prefix), parameters);
        }
    }

    private void page(StoreFaults.Exchange exchange, KeyBytes prefix, Map<String, String> parameters)
            throws IOException {
        @Nullable String token = parameters.get("continuation-token");
        Place place = token == null ? new Place(UUID.randomUUID().toString(), "") : places.get(token);
        if (place == null) {
            exchange.respond(400, "InvalidArgument");
            return;
        }
        int max = Math.min(most, Integer.parseInt(parameters.getOrDefault("max-keys", "1000")));
        List<KeyBytes> ahead = items(prefix).stream()
                .filter(item -> turn(place, item).compareTo(place.after()) > 0)
                .sorted((one, other) -> turn(place, one).compareTo(turn(place, other)))
                .toList();
        List<KeyBytes> page = ahead.subList(0, Math.min(max, ahead.size()));
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>")
                .append(ahead.size() > max)
                .append("</IsTruncated>");
        page.forEach(item -> xml.append(item(item, prefix)));
        if (ahead.size() > max) {
            Runnable change = meanwhile;
            meanwhile = () -> {};
            change.run();
            String next = UUID.randomUUID().toString();
            places.put(next, new Place(place.listing(), turn(place, page.get(page.size() - 1))));
            xml.append("<NextContinuationToken>").append(next).append("</NextContinuationToken>");
        }
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC));
        exchange.respond(
                200,
                "Content-Type: application/xml\r\nDate: " + date + "\r\n",
                xml.append("</ListBucketResult>").toString());
    }

    /** Keys and folders; those of uploads that are under way are folders like others. */
    private Set<KeyBytes> items(KeyBytes prefix) {
        Set<KeyBytes> items = new TreeSet<>();
        for (KeyBytes key : objects.keySet()) {
            if (key.startsWith(prefix)) {
                items.add(rolledUp(key, prefix.bytes().length));
            }
        }
        for (KeyBytes key : uploads) {
            KeyBytes item = rolledUp(key, prefix.bytes().length);
            if (key.startsWith(prefix) && item.endsWithSlash()) {
                items.add(item);
            }
        }
        return items;
    }

    /** Its place in the order of one listing, whatever else is there. */
    private static String turn(Place place, KeyBytes item) {
        return HexFormat.of()
                .formatHex(KeyBytes.utf8(place.listing() + item.base64Url()).sha256());
    }

    @Override
    String etag(KeyBytes key, byte[] bytes) {
        return etags.getOrDefault(key, "");
    }
}
