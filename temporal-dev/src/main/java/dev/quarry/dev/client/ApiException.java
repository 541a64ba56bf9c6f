package dev.quarry.dev.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** The API refused a call; the message holds its own words. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final String detail;

    ApiException(String call, int status, String body) {
        super(call + " answered " + status + ": " + detail(body));
        this.status = status;
        this.detail = detail(body);
    }

    /** What a problem (RFC 9457) says to people; of any other body all of it. */
    private static String detail(String body) {
        try {
            return JSON.readTree(body).path("detail").asText(body);
        } catch (JsonProcessingException noProblem) {
            return body;
        }
    }

    public int status() {
        return status;
    }

    /** The API's words alone. */
    public String detail() {
        return detail;
    }
}
