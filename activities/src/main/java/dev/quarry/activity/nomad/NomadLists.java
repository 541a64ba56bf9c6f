package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.Evaluation;
import com.hashicorp.nomad.apimodel.JobListStub;
import com.hashicorp.nomad.javasdk.NomadJson;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.Pieces;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.http.Header;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;
import org.jspecify.annotations.Nullable;

/**
 * Lists of one namespace, filtered by Nomad and read in pages: it keeps ended jobs for hours, and all of them would not fit into this
 * process. The SDK is older than both.
 */
record NomadLists(NomadConfig config, String namespace, CloseableHttpClient http) {
    /** Their ids stand in the address of the request. */
    private static final int IDS_A_CALL = 50;

    private static final int PAGE = 500;
    private static final int OK = 200;
    private static final String LIVE = "ClientStatus == \"running\" or ClientStatus == \"pending\"";

    /** All allocations that have not ended, without what happened to their tasks. */
    void live(Consumer<AllocationListStub> each) {
        pages("allocations", "&task_states=false&filter=" + encoded(LIVE), PAGE, AllocationListStub.class, each);
    }

    List<AllocationListStub> allocations(Collection<String> jobs) {
        return named("allocations", "JobID", jobs, AllocationListStub.class);
    }

    List<JobListStub> jobs(Collection<String> jobs) {
        return named("jobs", "ID", jobs, JobListStub.class);
    }

    List<Evaluation> evaluations(Collection<String> jobs) {
        return named("evaluations", "JobID", jobs, Evaluation.class);
    }

    /** Does nothing but ask: throws if Nomad cannot be reached, or does not let us read jobs. */
    void probe() {
        page("jobs", "&prefix=q-", 1, null, JobListStub.class, job -> {});
    }

    /** @param jobs ids of letters, digits and hyphens */
    private <T> List<T> named(String list, String field, Collection<String> jobs, Class<T> type) {
        List<T> found = new ArrayList<>();
        for (List<String> some : Pieces.of(List.copyOf(jobs), IDS_A_CALL)) {
            String filter = field + " matches \"^(" + String.join("|", some) + ")$\"";
            pages(list, "&filter=" + encoded(filter), PAGE, type, found::add);
        }
        return found;
    }

    private <T> void pages(String list, String query, int size, Class<T> type, Consumer<T> each) {
        String next = page(list, query, size, null, type, each);
        while (next != null) {
            next = page(list, query, size, next, type, each);
        }
    }

    /** @return where the next page begins; null if there is none */
    private <T> @Nullable String page(
            String list, String query, int size, @Nullable String from, Class<T> type, Consumer<T> each) {
        String token = from == null ? "" : "&next_token=" + encoded(from);
        URI uri = config.address()
                .resolve("/v1/" + list + "?namespace=" + encoded(namespace) + "&per_page=" + size + token + query);
        HttpGet get = new HttpGet(uri);
        if (config.token() != null) {
            get.setHeader("X-Nomad-Token", config.token().secret());
        }
        try (CloseableHttpResponse answer = http.execute(get)) {
            String body = EntityUtils.toString(answer.getEntity(), StandardCharsets.UTF_8);
            int status = answer.getStatusLine().getStatusCode();
            if (status != OK) {
                throw failed(list, status + " " + body.trim());
            }
            NomadJson.deserializeList(body, type).forEach(each);
            Header next = answer.getFirstHeader("X-Nomad-NextToken");
            return next == null || next.getValue().isEmpty() ? null : next.getValue();
        } catch (IOException e) {
            throw failed(list, e.getClass().getSimpleName());
        }
    }

    private JobBackendException failed(String list, String words) {
        return new JobBackendException(
                "cannot list " + list + " of namespace " + namespace + " at Nomad " + config.address() + ": " + words,
                null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
