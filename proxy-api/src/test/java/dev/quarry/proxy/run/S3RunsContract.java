package dev.quarry.proxy.run;

import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.StoreFaults;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Runs over a bucket of an emulated S3. */
abstract class S3RunsContract extends RemoteRunsContract {
    final S3Server server;
    final String bucket;

    S3RunsContract(S3Server server) {
        this.server = server;
        this.bucket = server.newBucket();
    }

    @Override
    int port() {
        return server.port();
    }

    @Override
    String wrongKey() {
        return "the-wrong-secret";
    }

    @Override
    String rightKey() {
        return S3Server.SECRET;
    }

    @Override
    TestStore store(URI endpoint, String key) {
        return TestStore.s3("""
                {"bucket":"%s","prefix":"data","endpoint":"%s","pathStyle":true,"accessKeyId":"%s","secretAccessKey":"%s"}""".formatted(bucket, endpoint, S3Server.KEY_ID, key));
    }

    @Override
    String replacement(String key) {
        return "{\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}".formatted(S3Server.KEY_ID, key);
    }

    @Override
    void put(String key, String content) {
        server.put(bucket, key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void remove(String key) {
        server.client().deleteObject(request -> request.bucket(bucket).key(key));
    }

    @Override
    String goneCode() {
        return "NoSuchBucket";
    }

    @Override
    boolean isSplit() {
        return true;
    }

    @Override
    String refusedCode() {
        return "AccessDenied";
    }

    @Override
    StoreFaults.Fault expired() {
        return exchange -> exchange.respond(400, "ExpiredToken");
    }
}
