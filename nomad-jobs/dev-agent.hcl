# A development agent: server and client in one, on 127.0.0.1, ACLs off, jobs as plain processes of this machine. Never for production:
# raw_exec confines nothing.
#
#   nomad agent -config=nomad-jobs/dev-agent.hcl -data-dir="$(mktemp -d)"
#
# As root Nomad mounts a folder per task for its secrets and leaves it mounted when it is killed. Other ports come in a second -config file.

bind_addr            = "127.0.0.1"
disable_update_check = true

advertise {
  http = "127.0.0.1"
  rpc  = "127.0.0.1"
  serf = "127.0.0.1"
}

server {
  enabled          = true
  bootstrap_expect = 1
}

client {
  enabled = true

  # A machine without any other network will do.
  network_interface = "lo"
}

consul {
  auto_advertise   = false
  server_auto_join = false
  client_auto_join = false
}

plugin "raw_exec" {
  config {
    enabled = true

    # Works where the cgroup file systems are read-only too; jobs are found by their process group then.
    no_cgroups = true
  }
}
