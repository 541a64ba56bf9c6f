package dev.quarry.dev.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApiExceptionTest {
    @Test
    void ofAProblemItShowsTheDetailAlone() {
        ApiException refused = new ApiException(
                "GET /api/v1/search",
                422,
                "{\"type\":\"about:blank\",\"status\":422,\"code\":\"no_words\",\"detail\":\"a query needs a word\"}");
        assertThat(refused).hasMessage("GET /api/v1/search answered 422: a query needs a word");
        assertThat(refused.detail()).isEqualTo("a query needs a word");
    }

    @Test
    void ofAnythingElseItShowsAll() {
        assertThat(new ApiException("GET /", 502, "<html>bad gateway"))
                .hasMessage("GET / answered 502: <html>bad gateway");
        assertThat(new ApiException("GET /", 401, "{\"error\":\"invalid_client\"}"))
                .hasMessage("GET / answered 401: {\"error\":\"invalid_client\"}");
        assertThat(new ApiException("GET /", 503, "")).hasMessage("GET / answered 503: ");
    }
}
