package dev.quarry.activity.control;

import java.util.Locale;

/** Answers of the control API as JSON, complete by the contract. */
public final class Answers {
    public static final String RUN = "0b0d3b3e-0000-4000-8000-000000000001";
    public static final String UNIT = "0b0d3b3e-0000-4000-8000-000000000002";
    public static final String ATTEMPT = "0b0d3b3e-0000-4000-8000-000000000003";
    public static final String REQUEST = "0b0d3b3e-0000-4000-8000-000000000004";
    public static final String TICKET = "qt_abcdefghijklmnopqrstuvwxyz";
    public static final String JOB = "q-" + UNIT + "-1";

    public static String run() {
        return "{\"run\":\"" + RUN
                + "\",\"tenant\":\"demo\",\"store\":\"docs\",\"generation\":3,\"state\":\"LIVE\",\"window\":50,\"stopList\":"
                + stop("q-w-3") + "}";
    }

    public static String totals(boolean listingComplete) {
        return "{\"run\":\"" + RUN + "\",\"store\":\"docs\",\"generation\":3,\"state\":\"LIVE\",\"paused\":false,"
                + "\"listingComplete\":" + listingComplete
                + ",\"gaps\":false,\"listed\":10,\"indexed\":1,\"noContent\":2,"
                + "\"unchanged\":0,\"moved\":0,\"filtered\":0,\"failed\":3,\"carried\":0,\"deleted\":0,\"pending\":4,"
                + "\"unpacked\":4,\"units\":1,\"attempts\":1,\"bytesListed\":100,\"bytesDone\":60,"
                + "\"startedAt\":\"2026-11-24T06:00:00Z\",\"endedAt\":null,\"balanced\":null,\"imbalance\":null,\"warnings\":[]}";
    }

    public static String units() {
        return "{\"seq\":1,\"units\":[{\"unit\":\"" + UNIT
                + "\",\"number\":1,\"lane\":\"documents\",\"files\":2,\"bytes\":30}],\"unpacked\":2,\"listingComplete\":false,"
                + "\"state\":\"LIVE\"}";
    }

    public static String open(String attemptState, boolean withHandle, String stopList) {
        boolean pending = attemptState.equals("PENDING");
        return "{\"answer\":\"OPEN\",\"epoch\":1,\"attempt\":" + attempt(attemptState, withHandle, pending)
                + ",\"retryAfterMillis\":null,\"reason\":null,\"stopList\":" + stopList + "}";
    }

    public static String closed() {
        return "{\"answer\":\"CLOSED\",\"epoch\":1,\"attempt\":" + attempt("CANCELLED", false, false)
                + ",\"stopList\":[]}";
    }

    public static String answer(String answer, long epoch) {
        return "{\"answer\":\"" + answer + "\",\"epoch\":" + epoch + ",\"attempt\":null,\"stopList\":[]}";
    }

    public static String refused(long millis) {
        return "{\"answer\":\"REFUSED\",\"epoch\":0,\"attempt\":null,\"retryAfterMillis\":" + millis
                + ",\"reason\":\"TENANT_CAP\",\"stopList\":[]}";
    }

    private static String attempt(String state, boolean withHandle, boolean withTicket) {
        return String.format(
                Locale.ROOT,
                "{\"attempt\":\"%s\",\"epoch\":1,\"jobId\":\"%s\",\"state\":\"%s\",\"handle\":%s,\"ticket\":%s,"
                        + "\"lane\":{\"name\":\"documents\",\"image\":\"quarry-agent\",\"nodeClass\":null,\"cpuMhz\":500,"
                        + "\"memoryMb\":512,\"diskMb\":1024,\"maxRuntimeSeconds\":600},\"files\":2,\"bytes\":30,"
                        + "\"tenant\":\"demo\",\"store\":\"docs\",\"workflowId\":\"index/demo/docs/g3/u1\","
                        + "\"pendingDeadlineSeconds\":1800,\"silenceSeconds\":900}",
                ATTEMPT,
                JOB,
                state,
                withHandle ? "\"memory:" + JOB + "\"" : "null",
                withTicket ? "\"" + TICKET + "\"" : "null");
    }

    public static String attemptState(String state, long silentMillis) {
        return "[{\"attempt\":\"" + ATTEMPT + "\",\"state\":\"" + state + "\",\"silentMillis\":" + silentMillis + "}]";
    }

    public static String settled(String stopList) {
        return "{\"epoch\":1,\"done\":false,\"proven\":true,\"missing\":[1],\"suspects\":[1],\"putBack\":[],\"stopList\":"
                + stopList + "}";
    }

    public static String concluded(String answer, long epoch, String stopList) {
        return "{\"answer\":\"" + answer + "\",\"epoch\":" + epoch + ",\"done\":false,\"missing\":[1],\"stopList\":"
                + stopList + "}";
    }

    public static String unitState(String state, long epoch, String stopList) {
        return "[{\"unit\":\"" + UNIT + "\",\"state\":\"" + state + "\",\"epoch\":" + epoch + ",\"stopList\":"
                + stopList + "}]";
    }

    public static String stop(String jobId) {
        return "[{\"jobId\":\"" + jobId + "\",\"tenant\":\"demo\",\"handle\":null}]";
    }

    private Answers() {}
}
