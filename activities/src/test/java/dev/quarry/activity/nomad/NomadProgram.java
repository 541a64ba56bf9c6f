package dev.quarry.activity.nomad;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code nomad} command as an operator types it, at the root of the checkout. */
record NomadProgram(Path program, NomadAgent agent, NomadToken token) {
    record Result(int code, String output) {}

    Result run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("..").toFile()).redirectErrorStream(true);
        builder.environment().put("NOMAD_ADDR", agent.address().toString());
        builder.environment().put("NOMAD_TOKEN", token.secret());
        builder.environment().put("NOMAD_CLI_NO_COLOR", "1");
        builder.environment().remove("NOMAD_NAMESPACE");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** @return what it printed */
    String succeed(String... words) throws IOException, InterruptedException {
        Result result = run(words);
        if (result.code() != 0) {
            throw new AssertionError("nomad " + String.join(" ", words) + ": " + result.output());
        }
        return result.output();
    }
}
