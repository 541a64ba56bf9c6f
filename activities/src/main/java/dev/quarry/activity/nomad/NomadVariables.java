package dev.quarry.activity.nomad;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.Ticket;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpDelete;
import org.apache.http.client.methods.HttpPut;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tickets as Nomad variables at {@code nomad/jobs/<job id>}, which that job's own identity may read without a policy. The SDK is older
 * than variables.
 */
record NomadVariables(NomadConfig config, String namespace, CloseableHttpClient http) {
    static final String TICKET = "ticket";
    private static final Logger LOG = LoggerFactory.getLogger(NomadVariables.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;

    static String path(String job) {
        return "nomad/jobs/" + job;
    }

    void put(String job, Ticket ticket) {
        HttpPut put = new HttpPut(uri(job));
        put.setEntity(new StringEntity(body(job, ticket), ContentType.APPLICATION_JSON));
        int status = send(put, job);
        if (status != OK) {
            throw new JobBackendException(
                    "cannot keep the ticket of job " + job + " as a variable at Nomad " + config.address() + ": "
                            + status + "; the token's policy must allow to write " + path("q-*") + " in namespace "
                            + namespace,
                    null);
        }
    }

    /** A ticket that stays behind is worthless soon, so a failure is no more than a note. */
    void delete(String job) {
        try {
            int status = send(new HttpDelete(uri(job)), job);
            LOG.debug("variable of job {} deleted: {}", job, status);
        } catch (JobBackendException e) {
            LOG.info("{}; it expires by itself", e.getMessage());
        }
    }

    private URI uri(String job) {
        return config.address()
                .resolve("/v1/var/" + path(job) + "?namespace=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8));
    }

    private String body(String job, Ticket ticket) {
        try {
            return JSON.writeValueAsString(
                    Map.of("Namespace", namespace, "Path", path(job), "Items", Map.of(TICKET, ticket.secret())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a ticket that is no JSON", e);
        }
    }

    private int send(HttpUriRequest request, String job) {
        if (config.token() != null) {
            request.setHeader("X-Nomad-Token", config.token().secret());
        }
        try (CloseableHttpResponse answer = http.execute(request)) {
            EntityUtils.consume(answer.getEntity());
            return answer.getStatusLine().getStatusCode();
        } catch (IOException e) {
            throw new JobBackendException(
                    "cannot reach the variable of job " + job + " at Nomad " + config.address() + ": "
                            + e.getClass().getSimpleName(),
                    null);
        }
    }
}
