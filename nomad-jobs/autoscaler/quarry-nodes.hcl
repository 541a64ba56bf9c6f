# Policy for nomad-autoscaler 0.5 (policy { dir = ... }): as many nodes of class quarry as the jobs that run and those that wait need.
# Prometheus scrapes /v1/metrics?format=prometheus of servers and clients, with
#
#   telemetry {
#     prometheus_metrics   = true
#     publish_node_metrics = true
#     prefix_filter        = ["-nomad.nomad.job_summary", "-nomad.nomad.blocked_evals.job"] # a series per job otherwise
#   }
#
# Numbers to change here, as a policy file has no variables: max, what one node holds (15000 MB and 8000 MHz: a node's own share taken off),
# and the target. Nodes of several datacenters need a policy each, with datacenter in the queries: what waits is counted once for each.

scaling "quarry-nodes" {
  enabled = true

  # One node stays warm: the first job of a quiet day starts at once, and Nomad counts what waits by class only where it knows a node of the class.
  min = 1
  max = 20

  policy {
    cooldown             = "5m"
    cooldown_on_scale_up = "1m"
    evaluation_interval  = "30s"

    # Nobody drains nodes because Prometheus is away.
    on_check_error = "fail"

    # The larger of the two counts. Disk has no metric of what waits: choose nodes whose disk is not what runs out first.
    check "memory" {
      source       = "prometheus"
      query_window = "1m"
      query        = "ceil((sum(nomad_client_allocated_memory{node_class=\"quarry\"}) + (sum(nomad_nomad_blocked_evals_memory{node_class=\"quarry\"}) or vector(0))) / 15000)"

      strategy "pass-through" {}
    }

    check "cpu" {
      source       = "prometheus"
      query_window = "1m"
      query        = "ceil((sum(nomad_client_allocated_cpu{node_class=\"quarry\"}) + (sum(nomad_nomad_blocked_evals_cpu{node_class=\"quarry\"}) or vector(0))) / 8000)"

      strategy "pass-through" {}
    }

    # An example: azure-vmss and gce-mig take the same node_ settings.
    target "aws-asg" {
      dry-run      = "false"
      aws_asg_name = "quarry-nodes"
      node_class   = "quarry"
      node_purge   = "true"

      # A node with a job on it is never chosen: a drain would end the job at its deadline, and servers before 1.11 would start it once more.
      node_selector_strategy        = "empty_ignore_system"
      node_drain_ignore_system_jobs = "true"
      node_drain_deadline           = "1h"
    }
  }
}
