package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store of kind azure may be registered with; nothing is spoken to. */
class AzureRegistrationTest {
    private static final RunningApi API = RunningApi.shared();
    private static final String KEY = "c29tZWJvZHlzLWtleQ==";

    private static Answer register(String name, String azure) {
        return API.post(
                Listener.PUBLIC,
                API.token(Listener.PUBLIC),
                "/api/v1/stores",
                "{\"name\":\"%s\",\"kind\":\"azure\",\"azure\":%s}".formatted(name, azure));
    }

    private static String name() {
        return "s" + UUID.randomUUID().toString().substring(0, 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "null; invalid_azure",
                "{'container':'files','accountKey':'c2VjcmV0'}; invalid_account",
                "{'account':'Photos','container':'files','accountKey':'c2VjcmV0'}; invalid_account",
                "{'account':'photos.evil.example','container':'files','accountKey':'c2VjcmV0'}; invalid_account",
                "{'account':'photos','container':'fi--les','accountKey':'c2VjcmV0'}; invalid_container",
                "{'account':'photos','container':'files/x','accountKey':'c2VjcmV0'}; invalid_container",
                "{'account':'photos','accountKey':'c2VjcmV0'}; invalid_container",
                "{'account':'photos','container':'files'}; invalid_azure",
                "{'account':'photos','container':'files','accountKey':'c2VjcmV0','sasToken':'sig=c2VjcmV0'}; invalid_azure",
                "{'account':'photos','container':'files','accountKey':'c2VjcmV0!'}; invalid_account_key",
                "{'account':'photos','container':'files','accountKey':''}; invalid_account_key",
                "{'account':'photos','container':'files','sasToken':'sv=2026&c2VjcmV0'}; invalid_sas_token",
                "{'account':'photos','container':'files','sasToken':'https://h/?a b&sig=c2VjcmV0'}; invalid_sas_token",
                "{'account':'photos','container':'files','ambient':true}; ambient_not_allowed",
                "{'account':'photos','container':'files','ambient':true,'accountKey':'c2VjcmV0'}; invalid_azure",
                "{'account':'photos','container':'files','endpoint':'https://169.254.169.254','accountKey':'c2VjcmV0'}; invalid_endpoint",
                "{'account':'photos','container':'files','endpoint':'http://93.184.215.14','accountKey':'c2VjcmV0'}; invalid_endpoint"
            })
    void mistakesAreNamedAndSecretsAreNotRepeated(String azure, String code) {
        Answer refused = register(name(), azure.replace('\'', '"'));
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.json().get("code").asString()).isEqualTo(code);
        assertThat(refused.body()).doesNotContain("c2VjcmV0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"{}", "{'value':'c2VjcmV0'}", "['c2VjcmV0']", "1"})
    void whatIsNoTextIsNoSecret(String secret) {
        String azure = "{'account':'photos','container':'files','accountKey':" + secret + "}";
        Answer refused = register(name(), azure.replace('\'', '"'));
        assertThat(refused.status()).as(refused.body()).isBetween(400, 422);
        assertThat(refused.body()).doesNotContain("c2VjcmV0");
    }

    @Test
    void theSameAgainIsTheSameStoreAndAnotherKeyIsAnother() {
        String name = name();
        String settings = "{\"account\":\"photos\",\"container\":\"files\",\"prefix\":\"a\",\"accountKey\":\"%s\"}";
        assertThat(register(name, settings.formatted(KEY)).status()).isEqualTo(201);
        Answer again = register(name, settings.formatted(KEY));
        assertThat(again.status()).as(again.body()).isEqualTo(200);
        assertThat(again.body()).doesNotContain(KEY);
        assertThat(register(name, settings.formatted("YW5vdGhlcg==")).status()).isEqualTo(409);
    }

    @Test
    void aSasTokenMayComeWithItsQuestionMark() {
        Answer created = register(
                name(), "{\"account\":\"photos\",\"container\":\"$web\",\"sasToken\":\"?sv=2026&sr=c&sig=hidden\"}");
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.json().get("azure").get("credential").asString()).isEqualTo("sas_token");
        assertThat(created.body()).doesNotContain("hidden");
    }
}
