package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.Namespace;
import com.hashicorp.nomad.javasdk.NomadJson;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;

/** What the deployment has set up, looked at before the first job: without it every job would be refused. */
record NomadDeployment(NomadConfig config, CloseableHttpClient http) {
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final JobId NOBODY = new JobId("q-nobody");

    private record Answer(int status, String body) {}

    /** @throws JobBackendException if there is no namespace for jobs, or none is taken there */
    void check() {
        mayRegister(config.perTenant() ? someTenants() : existing(config.namespace()));
    }

    private String someTenants() {
        Answer answer = ask(new HttpGet(uri("/v1/namespaces?prefix=" + encoded(config.namespace()))));
        List<Namespace> there = answer.status() == OK ? namespaces(answer.body()) : List.of();
        if (there.isEmpty()) {
            throw failed("no namespace begins with " + config.namespace() + " that the token may see", answer);
        }
        return there.get(0).getName();
    }

    private static List<Namespace> namespaces(String json) {
        try {
            return NomadJson.deserializeList(json, Namespace.class);
        } catch (IOException e) {
            throw new JobBackendException("Nomad's list of namespaces cannot be read", e);
        }
    }

    private String existing(String name) {
        Answer answer = ask(new HttpGet(uri("/v1/namespace/" + encoded(name))));
        if (answer.status() != OK) {
            throw failed("there is no namespace " + name + " that the token may see", answer);
        }
        return name;
    }

    /** A plan changes nothing, and needs the right to register. */
    private void mayRegister(String namespace) {
        HttpPost plan = new HttpPost(uri("/v1/job/" + NOBODY.value() + "/plan?namespace=" + encoded(namespace)));
        String job = NomadJson.serialize(new NomadJob(config, namespace).neverToRun(NOBODY));
        plan.setEntity(new StringEntity("{\"Job\":" + job + ",\"Diff\":false}", ContentType.APPLICATION_JSON));
        Answer answer = ask(plan);
        if (answer.status() == FORBIDDEN) {
            throw failed("the token may not submit jobs in namespace " + namespace, answer);
        }
        if (answer.status() != OK) {
            throw failed(
                    "no job of the driver " + config.driver() + " (QUARRY_NOMAD_DRIVER) in "
                            + (config.nodePool() == null ? "the default node pool" : "node pool " + config.nodePool())
                            + " (QUARRY_NOMAD_NODE_POOL) is taken in namespace " + namespace,
                    answer);
        }
    }

    private Answer ask(HttpRequestBase request) {
        if (config.token() != null) {
            request.setHeader("X-Nomad-Token", config.token().secret());
        }
        try (CloseableHttpResponse answer = http.execute(request)) {
            String body = EntityUtils.toString(answer.getEntity(), StandardCharsets.UTF_8);
            return new Answer(answer.getStatusLine().getStatusCode(), body);
        } catch (IOException e) {
            throw new JobBackendException(
                    "cannot reach Nomad at " + config.address() + ": "
                            + e.getClass().getSimpleName(),
                    null);
        }
    }

    private JobBackendException failed(String what, Answer answer) {
        return new JobBackendException(
                what + " at Nomad " + config.address() + ": " + answer.status() + " "
                        + answer.body().trim(),
                null);
    }

    private URI uri(String path) {
        return config.address().resolve(path);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
