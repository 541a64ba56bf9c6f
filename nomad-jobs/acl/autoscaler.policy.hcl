# The autoscaler of the nodes: sees what runs where, in every namespace (a node counts as empty only by what it may see), and drains the
# nodes that it takes away. It scales no job.

namespace "*" {
  capabilities = ["list-jobs", "read-job"]
}

node {
  policy = "write"
}
