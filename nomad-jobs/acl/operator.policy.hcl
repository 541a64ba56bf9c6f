# People who look and do not touch: jobs, allocations, logs and nodes. read-job shows a job's environment, and in it, where tickets do not
# travel as variables, the one-use ticket of a job that has not claimed yet. So it is for people who may see a tenant's files anyway.

namespace "quarry*" {
  capabilities = ["list-jobs", "read-job", "read-logs"]
}

node {
  policy = "read"
}

agent {
  policy = "read"
}
