package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.Evaluation;
import com.hashicorp.nomad.apimodel.Job;
import com.hashicorp.nomad.javasdk.ErrorResponseException;
import com.hashicorp.nomad.javasdk.NomadApiClient;
import com.hashicorp.nomad.javasdk.NomadApiConfiguration;
import com.hashicorp.nomad.javasdk.NomadException;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobRejectedException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls to Nomad that we need, for one namespace, through HashiCorp's SDK with a client of our own: its own has no timeouts, two connections, and sends
 * a PUT again by itself. Every method throws {@link JobBackendException} if Nomad cannot be asked.
 */
final class NomadCluster {
    private static final Logger LOG = LoggerFactory.getLogger(NomadCluster.class);
    private static final int CONNECTIONS = 32;
    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;
    private static final int SERVER_ERROR = 500;
    /** What an invalid job may be in: only what never gets better is final. */
    private static final List<String> CAN_BE_MADE = List.of("nonexistent namespace", "nonexistent node pool");

    private final NomadConfig config;
    private final NomadApiClient nomad;

    /** @param http may serve many; it stays open */
    NomadCluster(NomadConfig config, String namespace, CloseableHttpClient http) {
        this.config = config;
        NomadApiConfiguration.Builder sdk = new NomadApiConfiguration.Builder()
                .setAddress(config.address().toString())
                .setNamespace(namespace);
        if (config.token() != null) {
            sdk.setAuthToken(config.token().secret());
        }
        nomad = new NomadApiClient(sdk.build(), http);
    }

    static CloseableHttpClient client(NomadConfig config) {
        int millis = Math.toIntExact(config.callTimeout().toMillis());
        return HttpClients.custom()
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(millis)
                        .setConnectionRequestTimeout(millis)
                        .setSocketTimeout(millis)
                        .build())
                .setMaxConnPerRoute(CONNECTIONS)
                .setMaxConnTotal(CONNECTIONS)
                .evictIdleConnections(30, TimeUnit.SECONDS)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .build();
    }

    /**
     * Creates the job unless one with its id is there, ended or not.
     *
     * @return whether it is new; a repeated call whose first reply was lost says false
     */
    boolean create(Job job) throws JobRejectedException {
        try {
            return isNew(job);
        } catch (ErrorResponseException e) {
            if (isInvalid(e) && CAN_BE_MADE.stream().noneMatch(words(e)::contains)) {
                throw new JobRejectedException("Nomad does not take job " + job.getId() + ": " + words(e));
            }
            throw failed("register job " + job.getId(), e);
        }
    }

    /**
     * Takes the place of a job with one that never runs.
     *
     * @return false if a job with its id is there; where Nomad takes none there is none
     */
    boolean occupy(Job standIn) {
        try {
            return isNew(standIn);
        } catch (ErrorResponseException e) {
            if (!isInvalid(e)) {
                throw failed("keep job " + standIn.getId() + " from running", e);
            }
            LOG.info(
                    "Nomad takes no job in the place of {}, so there is nothing to stop: {}",
                    standIn.getId(),
                    words(e));
            return true;
        }
    }

    private boolean isNew(Job job) throws ErrorResponseException {
        try {
            nomad.getJobsApi().register(job, BigInteger.ZERO);
            return true;
        } catch (ErrorResponseException e) {
            if (words(e).contains("Enforcing job modify index")) {
                return false;
            }
            throw e;
        } catch (IOException | NomadException e) {
            throw failed("register job " + job.getId(), e);
        }
    }

    /** Nomad says 500 for most things; its validation lists errors. */
    private static boolean isInvalid(ErrorResponseException e) {
        String small = words(e).toLowerCase(Locale.ROOT);
        boolean lists = small.contains("error occurred:") || small.contains("errors occurred:");
        return e.getServerErrorCode() == BAD_REQUEST || (e.getServerErrorCode() == SERVER_ERROR && lists);
    }

    /** Stops the job and keeps its record: a purged job could be created, and run, again. */
    void deregister(String job) {
        try {
            nomad.getJobsApi().deregister(job, false);
        } catch (IOException | NomadException e) {
            if (!isMissing(e)) {
                throw failed("stop job " + job, e);
            }
        }
    }

    Optional<Job> job(String job) {
        try {
            return Optional.of(nomad.getJobsApi().info(job).getValue());
        } catch (IOException | NomadException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw failed("read job " + job, e);
        }
    }

    List<AllocationListStub> allocations(String job) {
        try {
            return nomad.getJobsApi().allocations(job).getValue();
        } catch (IOException | NomadException e) {
            throw failed("read the allocations of job " + job, e);
        }
    }

    List<Evaluation> evaluations(String job) {
        try {
            return nomad.getJobsApi().evaluations(job).getValue();
        } catch (IOException | NomadException e) {
            throw failed("read the evaluations of job " + job, e);
        }
    }

    private static boolean isMissing(Exception e) {
        return e instanceof ErrorResponseException
                && (((ErrorResponseException) e).getServerErrorCode() == NOT_FOUND
                        || words((ErrorResponseException) e).contains("job not found"));
    }

    private static String words(ErrorResponseException e) {
        return String.valueOf(e.getServerErrorMessage()).trim().replaceAll("\\s+", " ");
    }

    /** The SDK's own message may name the request's body, and with it the ticket. */
    private JobBackendException failed(String what, Exception e) {
        String words = e instanceof ErrorResponseException
                ? ((ErrorResponseException) e).getServerErrorCode() + " " + words((ErrorResponseException) e)
                : e.getClass().getSimpleName();
        return new JobBackendException("cannot " + what + " at Nomad " + config.address() + ": " + words, null);
    }
}
