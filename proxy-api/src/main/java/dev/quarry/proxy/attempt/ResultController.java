package dev.quarry.proxy.attempt;

import dev.quarry.proxy.artifact.ArtifactStore;
import dev.quarry.proxy.limit.Uploads;
import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The job API's calls that record something. */
@RestController
@RequestMapping("/v1/attempts/{attempt}")
class ResultController {
    private static final int MAX_LINES = 2_000;
    private static final Pattern EXTRACTOR = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final AttemptAccess access;
    private final Results results;
    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final AttemptItems items;
    private final RecordingBudget budget;
    private final Uploads uploads;
    private final JsonMapper json;

    ResultController(
            AttemptAccess access,
            Results results,
            Artifacts artifacts,
            ArtifactStore store,
            AttemptItems items,
            RecordingBudget budget,
            Uploads uploads,
            JsonMapper json) {
        this.access = access;
        this.results = results;
        this.artifacts = artifacts;
        this.store = store;
        this.items = items;
        this.budget = budget;
        this.uploads = uploads;
        this.json = json;
    }

    @PostMapping("/results")
    ResponseEntity<String> results(
            @PathVariable UUID attempt, @AuthenticationPrincipal Jwt token, HttpServletRequest request)
            throws IOException {
        AttemptTokens.Claims claims = access.claims(token, attempt);
        items.recheck(claims); // before the bytes are taken: 401, 410
        StringBuilder answers = new StringBuilder();
        try (Uploads.Upload upload = uploads.begin(attempt)) {
            List<ByteBuffer> lines = RequestBodies.lines(RequestBodies.read(request, upload), MAX_LINES);
            for (LineAnswer answer : results.record(claims, lines)) {
                answers.append(json.writeValueAsString(answer)).append('\n');
            }
        }
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(JobController.NDJSON))
                .body(answers.toString());
    }

    record ArtifactAnswer(String sha256, long bytes) {}

    @PutMapping("/items/{n}/artifacts/{extractor}/{name}")
    ArtifactAnswer artifact(
            @PathVariable UUID attempt,
            @PathVariable ItemNumber n,
            @PathVariable String extractor,
            @PathVariable String name,
            @RequestParam(defaultValue = "") String member,
            @AuthenticationPrincipal Jwt token,
            HttpServletRequest request)
            throws IOException {
        AttemptTokens.Claims claims = access.claims(token, attempt);
        if (!EXTRACTOR.matcher(extractor).matches()
                || !NAME.matcher(name).matches()
                || member.length() > 1024
                || member.indexOf('\0') >= 0) {
            throw Problem.invalid("malformed", "extractor, artifact or member name is not of the allowed form");
        }
        items.require(claims, n.value()); // before the bytes are taken: 404, 410
        if (!budget.extractors(claims).contains(extractor)) {
            throw Problem.invalid("unknown_extractor", "extractor '" + extractor + "' is not of this attempt's lane");
        }
        try (Uploads.Upload upload = uploads.begin(attempt)) {
            ByteBuffer body = RequestBodies.read(request, upload);
            byte[] sha256 = ResultLines.sha256(body);
            store.put(claims.tenant(), sha256, body);
            artifacts.record(claims, n.value(), member, extractor, name, sha256, body.limit());
            budget.recorded(claims, 1, body.limit());
            return new ArtifactAnswer(HexFormat.of().formatHex(sha256), body.limit());
        }
    }
}
