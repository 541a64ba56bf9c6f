package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A scan that finds nothing is worth something only if it finds what was planted. */
class SecretTextTest {
    private static final String STORE = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TICKET = "qt_" + "Ab9-_".repeat(13);
    private static final String TOKEN =
            "eyJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJ1cm46cXVhcnJ5In0.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4";
    /** Each form of it differs from it, and has something that the other form writes otherwise. */
    private static final String AWKWARD = "?>~".repeat(9) + "7=";

    private static final SecretText SECRETS =
            new SecretText(Map.of(STORE, "the store's key", AWKWARD, "an awkward secret"));

    static Stream<String> forms() {
        return Stream.of(STORE, TICKET, TOKEN)
                .flatMap(secret -> Stream.of(
                        secret,
                        url(secret),
                        base64(secret),
                        base64("x" + secret + "yz"),
                        base64("xy" + secret + "z"),
                        "prefix" + base64("xyz" + secret),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes("id:" + secret))));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aPlantedSecretIsFoundInEachForm(String form) {
        assertThat(SECRETS.in("{\"message\":\"called with " + form + " 100% sure\"}", false))
                .isPresent();
    }

    static Stream<String> formsOfForms() {
        return Stream.of(
                "Authorization: Basic " + base64("quarry-worker:" + url(AWKWARD)),
                url(base64(AWKWARD)),
                base64(base64("x" + AWKWARD)),
                url(url(AWKWARD)));
    }

    /** The header of an OAuth client is base64 of text in URL form, where the secret's own = is %3D. */
    @ParameterizedTest
    @MethodSource("formsOfForms")
    void aPlantedSecretIsFoundInAFormOfAForm(String form) {
        assertThat(SECRETS.in("{\"message\":\"called with " + form + " 100% sure\"}", false))
                .contains("an awkward secret");
    }

    @Test
    void whatIsNoSecretIsNotTakenForOne() {
        assertThat(SECRETS.in(
                        "job q-241648e9-3444-4d7b-a724-6da050bebb70-1 with qt_ and eyJ0eXAiOiJhdCtqd3QifQ at 50%",
                        false))
                .isEmpty();
    }

    @Test
    void aTicketIsNoFindingWhereOneMayBe() {
        assertThat(SECRETS.in("QUARRY_TICKET=" + TICKET, true)).isEmpty();
        assertThat(SECRETS.in("QUARRY_TICKET=" + TOKEN, true)).contains("a token");
    }

    private static String url(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
