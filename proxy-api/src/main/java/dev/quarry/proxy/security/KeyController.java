package dev.quarry.proxy.security;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Keys, for operators. */
@RestController
@RequestMapping("/api/v1/operator")
class KeyController {
    private final KeyRotation rotation;
    private final Resealing resealing;
    private final SigningKeys signing;
    private final SealedTicketKeys tickets;

    KeyController(KeyRotation rotation, Resealing resealing, SigningKeys signing, SealedTicketKeys tickets) {
        this.rotation = rotation;
        this.resealing = resealing;
        this.signing = signing;
        this.tickets = tickets;
    }

    record KeyList(List<KeyRotation.KeyView> keys) {}

    /** @param from the version that is current as far as the caller knows */
    record Rotate(@Nullable Integer from) {}

    @GetMapping("/keys")
    @RoleNeeded(Role.OPERATOR)
    KeyList list() {
        return new KeyList(rotation.all());
    }

    /** The same call again changes nothing: {@code from} is not current any more. */
    @PostMapping("/keys/{purpose}/rotate")
    @RoleNeeded(Role.OPERATOR)
    KeyList rotate(@PathVariable String purpose, @RequestBody Rotate body) {
        if (body.from() == null) {
            throw Problem.invalid("malformed", "from is missing: the version that is CURRENT now");
        }
        rotation.rotate(purpose(purpose), body.from());
        signing.refresh();
        tickets.refresh();
        return list();
    }

    @PostMapping("/master-key/reseal")
    @RoleNeeded(Role.OPERATOR)
    Resealing.Resealed reseal() {
        return resealing.reseal();
    }

    private static KeyPurpose purpose(String text) {
        return Stream.of(KeyPurpose.values())
                .filter(purpose -> purpose.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        org.springframework.http.HttpStatus.NOT_FOUND,
                        "unknown_purpose",
                        "keys are for 'signing' or 'ticket'"));
    }
}
