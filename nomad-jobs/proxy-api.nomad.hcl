# proxy-api, the one holder of store credentials and of the database. Valid for Nomad 1.6.5 and later.
#
# PostgreSQL and Temporal are the operator's own and run elsewhere. Before this job: the namespace quarry (namespaces/services.hcl), the host
# volume quarry-artifacts, and the secrets, which lie in one Nomad variable that only this job's identity reads, and never in its environment:
#
#   nomad var put -namespace=quarry nomad/jobs/proxy-api master_key=@master.key db_password=@app.password \
#     db_owner_password=@owner.password worker_secret=@worker.secret operator_secret=@operator.secret
#   nomad job run -var image=registry.example/quarry-proxy-api@sha256:... -var db_url=jdbc:postgresql://db.example/quarry \
#     -var artifacts_origin=https://artifacts.example -var temporal_target=temporal.example:7233 \
#     -var 'secrets=["operator_secret"]' nomad-jobs/proxy-api.nomad.hcl
#
# The operator's secret is for making the first tenants and their administrators (docs/operations.md); without it no operator is there.
#
# Without ACLs every task may read every variable: turn them on first.

variable "image" {
  type        = string
  description = "proxy-api's image, by digest"
}

variable "db_url" {
  type        = string
  description = "jdbc:postgresql://host/quarry"
}

variable "artifacts_origin" {
  type        = string
  description = "https://host that browsers see the listener quarry-artifacts at: another host than people sign in at"
}

variable "temporal_target" {
  type        = string
  description = "host:port of Temporal"
}

variable "temporal_namespace" {
  type    = string
  default = "default"
}

variable "temporal_tls" {
  type        = bool
  default     = false
  description = "mutual TLS to Temporal: the Nomad variable also has temporal_ca, temporal_certificate and temporal_key, each PEM"
}

variable "temporal_token" {
  type        = bool
  default     = false
  description = "Temporal has an authorizer: the Nomad variable also has temporal_token, which may be replaced while this runs"
}

variable "worker_sites" {
  type        = string
  default     = "default"
  description = "sites of the client quarry-worker; workers of others have clients of their own, QUARRY_WORKERS_<NAME>_SITES and _SECRET_FILE"
}

variable "secrets" {
  type        = list(string)
  default     = []
  description = "further items of the Nomad variable, each for the setting of that name in capitals that ends in _FILE: operator_secret (QUARRY_OPERATOR_SECRET_FILE), operator_keys, operator_password, local_secret, workers_eu_secret, second_master_key"
}

variable "settings" {
  type        = map(string)
  default     = {}
  description = "further settings of docs/operations.md, which win over those below, such as {QUARRY_LANES_0_NAME = \"documents\", QUARRY_FILESYSTEM_ROOTS = \"/srv/files\"}; never a secret"
}

variable "file_volumes" {
  type        = map(string)
  default     = {}
  description = "host volumes whose files are indexed, and where the process finds them, read-only, such as {archive = \"/srv/files/archive\"}"
}

variable "count" {
  type        = number
  default     = 2
  description = "processes; more than one need quarry-artifacts on a file system that their nodes share"
}

job "proxy-api" {
  namespace   = "quarry"
  datacenters = ["*"]
  type        = "service"

  update {
    max_parallel     = 1
    health_check     = "checks"
    min_healthy_time = "10s"
    healthy_deadline = "3m"
    auto_revert      = true
  }

  group "api" {
    count = var.count

    spread {
      attribute = "${node.unique.id}"
    }

    # Four listeners, so that firewalls and browsers can keep them apart: workers reach control, jobs reach job, people reach public and artifacts.
    network {
      port "control" {
        to = 8081
      }

      port "job" {
        to = 8082
      }

      port "public" {
        to = 8080
      }

      port "artifacts" {
        to = 8083
      }
    }

    volume "artifacts" {
      type   = "host"
      source = "quarry-artifacts"
    }

    dynamic "volume" {
      for_each = var.file_volumes
      labels   = [volume.key]

      content {
        type      = "host"
        source    = volume.key
        read_only = true
      }
    }

    service {
      name     = "quarry-public"
      provider = "nomad"
      port     = "public"

      check {
        type     = "http"
        path     = "/actuator/health"
        interval = "10s"
        timeout  = "5s"
      }
    }

    # Load balancers find these two in Nomad's catalogue; /actuator/prometheus is on control.
    service {
      name     = "quarry-control"
      provider = "nomad"
      port     = "control"
    }

    service {
      name     = "quarry-job"
      provider = "nomad"
      port     = "job"
    }

    service {
      name     = "quarry-artifacts"
      provider = "nomad"
      port     = "artifacts"
    }

    task "proxy-api" {
      driver = "docker"
      user   = "10000:10000"

      # Open requests are answered first; a client caps it at its max_kill_timeout, 30 s unless configured.
      kill_timeout = "30s"

      config {
        image           = var.image
        ports           = ["control", "job", "public", "artifacts"]
        readonly_rootfs = true
        cap_drop        = ["all"]
        security_opt    = ["no-new-privileges"]
        pids_limit      = 1024

        mount {
          type   = "tmpfs"
          target = "/tmp"

          tmpfs_options {
            size = 67108864
          }
        }
      }

      volume_mount {
        volume      = "artifacts"
        destination = "/var/lib/quarry/artifacts"
      }

      dynamic "volume_mount" {
        for_each = var.file_volumes

        content {
          volume      = volume_mount.key
          destination = volume_mount.value
          read_only   = true
        }
      }

      env = merge({
        QUARRY_ROLES                  = "control,job,public,artifacts"
        QUARRY_BIND                   = "0.0.0.0"
        QUARRY_TLS_PLAINHTTP          = "true" # TLS ends before it; or certificates: QUARRY_TLS_CONTROL_CERTIFICATE, _PRIVATEKEY, ... and "false" here
        QUARRY_CONTROL_PORT           = "8081"
        QUARRY_JOB_PORT               = "8082"
        QUARRY_PUBLIC_PORT            = "8080"
        QUARRY_ARTIFACTS_PORT         = "8083"
        QUARRY_ARTIFACTS_ORIGIN       = var.artifacts_origin
        QUARRY_DB_URL                 = var.db_url
        QUARRY_DB_USER                = "quarry_app"
        QUARRY_DB_PASSWORD_FILE       = "${NOMAD_SECRETS_DIR}/app.password"
        QUARRY_DB_OWNER_USER          = "quarry_owner"
        QUARRY_DB_OWNER_PASSWORD_FILE = "${NOMAD_SECRETS_DIR}/owner.password"
        QUARRY_MASTER_KEY_FILE        = "${NOMAD_SECRETS_DIR}/master.key"
        QUARRY_WORKER_SECRET_FILE     = "${NOMAD_SECRETS_DIR}/worker.secret"
        QUARRY_WORKER_SITES           = var.worker_sites
        QUARRY_ARTIFACTS_DIR          = "/var/lib/quarry/artifacts"
        QUARRY_TEMPORAL_TARGET        = var.temporal_target
        QUARRY_TEMPORAL_NAMESPACE     = var.temporal_namespace
      }, var.settings)

      template {
        data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .master_key }}{{ end }}"
        destination = "secrets/master.key"
        perms       = "0400"
        uid         = 10000
        gid         = 10000
      }

      template {
        data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .db_password }}{{ end }}"
        destination = "secrets/app.password"
        perms       = "0400"
        uid         = 10000
        gid         = 10000
      }

      template {
        data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .db_owner_password }}{{ end }}"
        destination = "secrets/owner.password"
        perms       = "0400"
        uid         = 10000
        gid         = 10000
      }

      template {
        data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .worker_secret }}{{ end }}"
        destination = "secrets/worker.secret"
        perms       = "0400"
        uid         = 10000
        gid         = 10000
      }

      dynamic "template" {
        for_each = var.secrets

        content {
          data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .${template.value} }}{{ end }}"
          destination = "secrets/${template.value}"
          perms       = "0400"
          uid         = 10000
          gid         = 10000
        }
      }

      dynamic "template" {
        for_each = var.secrets

        content {
          data        = "QUARRY_${upper(template.value)}_FILE={{ env \"NOMAD_SECRETS_DIR\" }}/${template.value}\n"
          destination = "local/${template.value}.env"
          env         = true
        }
      }

      # What the operator switches on, see docs/operations.md: certificates and a token for Temporal, in the same variable as the secrets above.
      dynamic "template" {
        for_each = { for item, file in { temporal_ca = "temporal.ca", temporal_certificate = "temporal.crt", temporal_key = "temporal.key" } : item => file if var.temporal_tls }

        content {
          data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .${template.key} }}{{ end }}"
          destination = "secrets/${template.value}"
          perms       = "0400"
          uid         = 10000
          gid         = 10000
        }
      }

      dynamic "template" {
        for_each = [for on in [var.temporal_tls] : on if on]

        content {
          data        = <<-EOT
            QUARRY_TEMPORAL_CA={{ env "NOMAD_SECRETS_DIR" }}/temporal.ca
            QUARRY_TEMPORAL_CERTIFICATE={{ env "NOMAD_SECRETS_DIR" }}/temporal.crt
            QUARRY_TEMPORAL_PRIVATE_KEY={{ env "NOMAD_SECRETS_DIR" }}/temporal.key
          EOT
          destination = "local/temporal.env"
          env         = true
        }
      }

      # Read at each call, so a new one needs no restart.
      dynamic "template" {
        for_each = [for on in [var.temporal_token] : on if on]

        content {
          data        = "{{ with nomadVar \"nomad/jobs/proxy-api\" }}{{ .temporal_token }}{{ end }}"
          destination = "secrets/temporal.token"
          perms       = "0400"
          uid         = 10000
          gid         = 10000
          change_mode = "noop"
        }
      }

      dynamic "template" {
        for_each = [for on in [var.temporal_token] : on if on]

        content {
          data        = "QUARRY_TEMPORAL_TOKEN_FILE={{ env \"NOMAD_SECRETS_DIR\" }}/temporal.token\n"
          destination = "local/temporal-token.env"
          env         = true
        }
      }

      resources {
        cpu    = 1000
        memory = 1024
      }
    }
  }
}
