package dev.quarry.activity.nomad;

/** The secret of an ACL token. Does not print itself. */
public record NomadToken(String secret) {
    public NomadToken {
        if (secret.isBlank() || secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "the Nomad token is empty or has characters that no HTTP header can carry; QUARRY_NOMAD_TOKEN_FILE is to hold the secret id of one");
        }
    }

    @Override
    public String toString() {
        return "NomadToken[***]";
    }
}
