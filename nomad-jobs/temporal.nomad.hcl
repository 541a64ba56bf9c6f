# Temporal's server for production, with PostgreSQL as its store. Its frontend takes nobody without a certificate (mutual TLS) and lets nobody do
# anything without a token (authorizer). Valid for Nomad 1.6.5 and later, written for Temporal 1.31.
#
# Before this job: the namespace quarry (namespaces/services.hcl), and a database of Temporal's own, away from Quarry's, whose schema the tool in
# the image temporalio/admin-tools makes (update-schema again before each new version of the server):
#
#   export SQL_PLUGIN=postgres12 SQL_HOST=db.example SQL_PORT=5432 SQL_USER=temporal SQL_PASSWORD=... SQL_TLS=true SQL_TLS_CA_FILE=db-ca.crt
#   for d in temporal visibility; do
#     export SQL_DATABASE=$([ $d = temporal ] && echo temporal || echo temporal_visibility)
#     temporal-sql-tool create-database
#     temporal-sql-tool setup-schema -v 0.0
#     temporal-sql-tool update-schema --schema-name postgresql/v12/$d
#   done
#
# A process holds some 40 connections when idle, and may hold maxConns for each of its five services and both databases, two hundred: PostgreSQL's
# max_connections (100 by default) must have room for every process.
#
# Three authorities sign certificates, and none of them signs for another: whoever has an internode certificate needs no token.
#
#   clients_ca      signs those of the workers, of proxy-api and of people, for TLS clients
#   internode_ca    signs internode_certificate alone, for TLS servers and clients, with the name of var.internode_name
#   frontend_certificate, for TLS servers, with the name that clients call Temporal by; clients know its authority as temporal_ca
#
#   nomad var put -namespace=quarry nomad/jobs/temporal db_password=@temporal.password db_ca=@db-ca.crt clients_ca=@clients-ca.crt \
#     frontend_certificate=@frontend.crt frontend_key=@frontend.key \
#     internode_ca=@internode-ca.crt internode_certificate=@internode.crt internode_key=@internode.key
#   nomad job run -var image=registry.example/temporalio-server@sha256:... -var db_address=db.example:5432 \
#     -var jwks_uri=https://issuer.example/jwks.json nomad-jobs/temporal.nomad.hcl
#
# Then, with a token that has "temporal-system:admin", the namespace and its search attributes: the commands are in docs/operations.md.
# Without ACLs every task may read every variable: turn them on first.

variable "image" {
  type        = string
  description = "Temporal's image temporalio/server 1.31, by digest"
}

variable "db_address" {
  type        = string
  description = "host:port of PostgreSQL"
}

variable "db_user" {
  type    = string
  default = "temporal"
}

variable "history_shards" {
  type        = number
  default     = 512
  description = "can never be changed again"
}

variable "jwks_uri" {
  type        = string
  description = "https address of the JWK set of whoever issues tokens for Temporal; RS256 and ES256, each key with a kid"
}

variable "audience" {
  type        = string
  default     = "temporal"
  description = "what a token's aud must name; the tokens that an issuer makes for others are refused by that"
}

variable "internode_name" {
  type        = string
  default     = "temporal-internode"
  description = "the name in internode_certificate"
}

variable "count" {
  type        = number
  default     = 2
  description = "processes, each on a node of its own"
}

locals {
  # The same on every node: a member is known by its node's address, and by these.
  ports = {
    frontend                     = 7233
    frontend-membership          = 6933
    internal-frontend            = 7236
    internal-frontend-membership = 6936
    history                      = 7234
    history-membership           = 6934
    matching                     = 7235
    matching-membership          = 6935
    worker                       = 7239
    worker-membership            = 6939
    metrics                      = 9233
  }

  # Read again by Temporal itself, every minute; db_ca with new connections to a database, so restart after a new one.
  certificates = {
    clients_ca            = "clients-ca.crt"
    frontend_certificate  = "frontend.crt"
    frontend_key          = "frontend.key"
    internode_ca          = "internode-ca.crt"
    internode_certificate = "internode.crt"
    internode_key         = "internode.key"
    db_ca                 = "db-ca.crt"
  }
}

job "temporal" {
  namespace   = "quarry"
  datacenters = ["*"]
  type        = "service"

  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "20s"
    healthy_deadline = "5m"
    auto_revert      = true
  }

  group "server" {
    count = var.count

    constraint {
      operator = "distinct_hosts"
      value    = "true"
    }

    # Firewalls: frontend for workers, proxy-api and people; all others for members of this group alone. Membership speaks no TLS.
    network {
      dynamic "port" {
        for_each = local.ports
        labels   = [port.key]

        content {
          static = port.value
        }
      }
    }

    service {
      name     = "temporal-frontend"
      provider = "nomad"
      port     = "frontend"

      check {
        type     = "tcp"
        interval = "10s"
        timeout  = "5s"
      }
    }

    service {
      name     = "temporal-metrics"
      provider = "nomad"
      port     = "metrics"
    }

    task "temporal" {
      driver       = "docker"
      user         = "1000:1000"
      kill_timeout = "30s"

      config {
        image           = var.image
        command         = "temporal-server"
        args            = ["--config-file", "${NOMAD_SECRETS_DIR}/temporal.yaml", "start", "--service", "frontend,internal-frontend,history,matching,worker"]
        network_mode    = "host"
        readonly_rootfs = true
        cap_drop        = ["all"]
        security_opt    = ["no-new-privileges"]
        pids_limit      = 1024
      }

      template {
        destination = "secrets/temporal.yaml"
        perms       = "0400"
        uid         = 1000
        gid         = 1000
        data        = <<-EOT
          log:
            stdout: true
            level: info

          global:
            membership:
              maxJoinDuration: 30s
              broadcastAddress: "{{ env "NOMAD_IP_frontend" }}"
            metrics:
              prometheus:
                timerType: histogram
                listenAddress: "{{ env "NOMAD_ADDR_metrics" }}"
            tls:
              refreshInterval: 1m
              frontend:
                server:
                  requireClientAuth: true
                  clientCaFiles: ["{{ env "NOMAD_SECRETS_DIR" }}/clients-ca.crt"]
                  certFile: "{{ env "NOMAD_SECRETS_DIR" }}/frontend.crt"
                  keyFile: "{{ env "NOMAD_SECRETS_DIR" }}/frontend.key"
              internode:
                server:
                  requireClientAuth: true
                  clientCaFiles: ["{{ env "NOMAD_SECRETS_DIR" }}/internode-ca.crt"]
                  certFile: "{{ env "NOMAD_SECRETS_DIR" }}/internode.crt"
                  keyFile: "{{ env "NOMAD_SECRETS_DIR" }}/internode.key"
                client:
                  serverName: ${jsonencode(var.internode_name)}
                  rootCaFiles: ["{{ env "NOMAD_SECRETS_DIR" }}/internode-ca.crt"]
            authorization:
              authorizer: default
              claimMapper: default
              permissionsClaimName: permissions
              audience: ${jsonencode(var.audience)}
              jwtKeyProvider:
                keySourceURIs: [${jsonencode(var.jwks_uri)}]
                refreshInterval: 1m

          services:
            frontend:
              rpc: {grpcPort: ${local.ports.frontend}, membershipPort: ${local.ports.frontend-membership}, bindOnIP: "{{ env "NOMAD_IP_frontend" }}"}
            # Asks for an internode certificate and no token. Temporal's own workers come by it: they have no token, and publicClient must stay empty.
            internal-frontend:
              rpc: {grpcPort: ${local.ports.internal-frontend}, membershipPort: ${local.ports.internal-frontend-membership}, bindOnIP: "{{ env "NOMAD_IP_frontend" }}"}
            history:
              rpc: {grpcPort: ${local.ports.history}, membershipPort: ${local.ports.history-membership}, bindOnIP: "{{ env "NOMAD_IP_frontend" }}"}
            matching:
              rpc: {grpcPort: ${local.ports.matching}, membershipPort: ${local.ports.matching-membership}, bindOnIP: "{{ env "NOMAD_IP_frontend" }}"}
            worker:
              rpc: {grpcPort: ${local.ports.worker}, membershipPort: ${local.ports.worker-membership}, bindOnIP: "{{ env "NOMAD_IP_frontend" }}"}

          persistence:
            defaultStore: default
            visibilityStore: visibility
            numHistoryShards: ${var.history_shards}
            datastores:
              %{~for store, database in { default = "temporal", visibility = "temporal_visibility" } ~}
              ${store}:
                sql:
                  pluginName: postgres12
                  connectProtocol: tcp
                  connectAddr: ${jsonencode(var.db_address)}
                  databaseName: ${database}
                  user: ${jsonencode(var.db_user)}
                  password: {{ with nomadVar "nomad/jobs/temporal" }}{{ .db_password.Value | toJSON }}{{ end }}
                  maxConns: 20
                  maxIdleConns: 20
                  maxConnLifetime: 1h
                  tls: {enabled: true, enableHostVerification: true, caFile: "{{ env "NOMAD_SECRETS_DIR" }}/db-ca.crt"}
              %{~endfor~}

          clusterMetadata:
            enableGlobalNamespace: false
            failoverVersionIncrement: 10
            masterClusterName: active
            currentClusterName: active
            clusterInformation:
              active: {enabled: true, initialFailoverVersion: 1, rpcName: frontend, rpcAddress: "{{ env "NOMAD_ADDR_frontend" }}"}
        EOT
      }

      dynamic "template" {
        for_each = local.certificates

        content {
          data        = "{{ with nomadVar \"nomad/jobs/temporal\" }}{{ .${template.key} }}{{ end }}"
          destination = "secrets/${template.value}"
          perms       = "0400"
          uid         = 1000
          gid         = 1000
          change_mode = "noop"
        }
      }

      resources {
        cpu    = 1000
        memory = 2048
      }
    }
  }
}
