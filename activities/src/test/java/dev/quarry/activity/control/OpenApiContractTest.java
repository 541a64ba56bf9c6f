package dev.quarry.activity.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenApiContractTest {
    private static final String ADVANCE = "/control/v1/runs/" + Answers.RUN + "/advance";
    private final OpenApiContract contract;

    OpenApiContractTest() throws Exception {
        contract = new OpenApiContract();
    }

    @Test
    void whatIsRightIsAccepted() {
        assertThat(contract.request("POST", ADVANCE, "{\"seq\":1}")).isEmpty();
        assertThat(contract.answer("POST", ADVANCE, 200, Answers.totals(true))).isEmpty();
    }

    @Test
    void whatIsWrongIsSeen() {
        assertThat(contract.request("POST", ADVANCE, "{}")).isNotEmpty();
        assertThat(contract.request("POST", ADVANCE, "{\"seq\":\"1\"}")).isNotEmpty();
        assertThat(contract.request("POST", ADVANCE, "{\"seq\":1,\"sequence\":1}"))
                .isNotEmpty();
        assertThat(contract.answer("POST", ADVANCE, 200, "{}")).isNotEmpty();
        assertThat(contract.answer("POST", ADVANCE, 418, "{}")).isNotEmpty();
        String misspelt = Answers.open("PENDING", false, "[]").replace("\"jobId\"", "\"jobID\"");
        assertThat(contract.answer("POST", "/control/v1/units/" + Answers.UNIT + "/attempts", 200, misspelt))
                .isNotEmpty();
    }
}
