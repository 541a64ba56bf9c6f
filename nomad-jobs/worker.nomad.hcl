# The worker of one site: Temporal's workflows and activities, and the site's scheduler, which here is the Nomad that it runs on. One such job
# per site, named worker-<site>. Valid for Nomad 1.6.5 and later.
#
# Before this job: the namespace quarry, a namespace per tenant (namespaces/tenant.hcl), the policy quarry-worker (acl/worker.policy.hcl), and
# the two secrets, in a Nomad variable that only this job's identity reads, and never in its environment:
#
#   nomad acl token create -name=quarry-worker-default -policy=quarry-worker
#   nomad var put -namespace=quarry nomad/jobs/worker-default client_secret=@worker.secret nomad_token=<its Secret ID>
#   nomad job run -var image=registry.example/quarry-worker@sha256:... -var agent_image=registry.example/quarry-agent@sha256:... \
#     -var control_url=https://control.example -var job_url=https://jobs.example -var temporal_target=temporal.example:7233 \
#     -var nomad_addr=https://nomad.example:4646 nomad-jobs/worker.nomad.hcl
#
# An ACL token and not the task's own workload identity, because Nomad 1.6's event stream takes no identity.

variable "site" {
  type    = string
  default = "default"
}

variable "image" {
  type        = string
  description = "the worker's image, by digest"
}

variable "agent_image" {
  type        = string
  description = "the image of jobs (worker-container), by digest"
}

variable "control_url" {
  type        = string
  description = "proxy-api's control listener, behind the operator's load balancer"
}

variable "job_url" {
  type        = string
  description = "proxy-api's job listener, as jobs of this site reach it"
}

variable "temporal_target" {
  type        = string
  description = "host:port of Temporal"
}

variable "temporal_namespace" {
  type    = string
  default = "default"
}

variable "temporal_ui" {
  type        = string
  default     = ""
  description = "address of Temporal's Web UI, which jobs name as their workflow's page"
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

variable "payload_keys" {
  type        = bool
  default     = false
  description = "payloads of Temporal's histories are sealed: the Nomad variable also has payload_keys"
}

variable "client_id" {
  type        = string
  default     = "quarry-worker"
  description = "the client that this worker is to proxy-api, which is bound to its sites there"
}

variable "dpop" {
  type        = string
  default     = "false"
  description = "jobs bind their tokens to a key of their own"
}

variable "nomad_addr" {
  type        = string
  description = "Nomad's HTTP API, as the worker's container reaches it"
}

variable "driver" {
  type        = string
  default     = "docker"
  description = "of the jobs: docker or podman"
}

variable "node_pool" {
  type        = string
  default     = "default"
  description = "of the jobs"
}

variable "settings" {
  type        = map(string)
  default     = {}
  description = "further settings of docs/operations.md, which win over those below, such as {QUARRY_ESCALATION = \"16\"}; never a secret"
}

job "worker" {
  id          = "worker-${var.site}"
  name        = "worker-${var.site}"
  namespace   = "quarry"
  datacenters = ["*"]
  type        = "service"

  update {
    max_parallel     = 1
    min_healthy_time = "20s"
    healthy_deadline = "3m"
    auto_revert      = true
  }

  group "worker" {
    # Two share a site's task queue: jobs outlive a worker, and the other takes their waits over.
    count = 2

    spread {
      attribute = "${node.unique.id}"
    }

    task "worker" {
      driver       = "docker"
      user         = "10000:10000"
      kill_timeout = "30s"

      config {
        image           = var.image
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

      env = merge({
        QUARRY_SITE               = var.site
        QUARRY_TEMPORAL_TARGET    = var.temporal_target
        QUARRY_TEMPORAL_NAMESPACE = var.temporal_namespace
        QUARRY_TEMPORAL_UI        = var.temporal_ui
        QUARRY_CONTROL_URL        = var.control_url
        QUARRY_JOB_URL            = var.job_url
        QUARRY_CLIENT_ID          = var.client_id
        QUARRY_CLIENT_SECRET_FILE = "${NOMAD_SECRETS_DIR}/worker.secret"
        QUARRY_DPOP               = var.dpop
        QUARRY_BACKEND            = "nomad"
        NOMAD_ADDR                = var.nomad_addr
        QUARRY_NOMAD_TOKEN_FILE   = "${NOMAD_SECRETS_DIR}/nomad.token"
        QUARRY_NOMAD_DRIVER       = var.driver
        QUARRY_NOMAD_IMAGE        = var.agent_image
        QUARRY_NOMAD_NODE_POOL    = var.node_pool

        # Nomad tells every task its own namespace as NOMAD_NAMESPACE, which is not where jobs go.
        QUARRY_NOMAD_NAMESPACE_PREFIX = "quarry-"
      }, var.settings)

      template {
        data        = "{{ with nomadVar \"nomad/jobs/worker-${var.site}\" }}{{ .client_secret }}{{ end }}"
        destination = "secrets/worker.secret"
        perms       = "0400"
        uid         = 10000
        gid         = 10000
      }

      template {
        data        = "{{ with nomadVar \"nomad/jobs/worker-${var.site}\" }}{{ .nomad_token }}{{ end }}"
        destination = "secrets/nomad.token"
        perms       = "0400"
        uid         = 10000
        gid         = 10000
      }

      # What the operator switches on, see docs/operations.md: certificates and a token for Temporal, keys that payloads are sealed under, in the same variable as the secrets above.
      dynamic "template" {
        for_each = { for item, file in { temporal_ca = "temporal.ca", temporal_certificate = "temporal.crt", temporal_key = "temporal.key" } : item => file if var.temporal_tls }

        content {
          data        = "{{ with nomadVar \"nomad/jobs/worker-${var.site}\" }}{{ .${template.key} }}{{ end }}"
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
          data        = "{{ with nomadVar \"nomad/jobs/worker-${var.site}\" }}{{ .temporal_token }}{{ end }}"
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

      dynamic "template" {
        for_each = [for on in [var.payload_keys] : on if on]

        content {
          data        = "{{ with nomadVar \"nomad/jobs/worker-${var.site}\" }}{{ .payload_keys }}{{ end }}"
          destination = "secrets/payload.keys"
          perms       = "0400"
          uid         = 10000
          gid         = 10000
        }
      }

      dynamic "template" {
        for_each = [for on in [var.payload_keys] : on if on]

        content {
          data        = "QUARRY_TEMPORAL_PAYLOAD_KEYS_FILE={{ env \"NOMAD_SECRETS_DIR\" }}/payload.keys\n"
          destination = "local/payload.env"
          env         = true
        }
      }

      resources {
        cpu    = 500
        memory = 512
      }
    }
  }
}
