# The worker of a site: registers, reads and stops the jobs of attempts in the tenants' namespaces, and nothing else. No rights in quarry
# (where the services are) or default, on nodes, on ACLs; no logs, no exec, no files of an allocation.
#
#   submit-job   registers and stops (Nomad has no narrower right before 1.11)
#   read-job     reads jobs, allocations, evaluations and the event stream of allocations
#   list-jobs    lists jobs by prefix
#
# A site whose jobs all lie in one namespace names that one here instead of the pattern.

namespace "quarry-*" {
  capabilities = ["submit-job", "read-job", "list-jobs"]

  # The ticket of a job, which the job's own identity may read. The worker may put it there and take it away, and read none.
  variables {
    path "nomad/jobs/q-*" {
      capabilities = ["write", "destroy"]
    }
  }
}
