# Where one tenant's jobs run: the prefix quarry- and the tenant's name. One copy of this file per tenant, before its first run.
# Hostile files are parsed here, so only containers may run: raw_exec and exec would put them beside the node's own files.

name        = "quarry-demo"
description = "Jobs of the tenant demo"

meta {
  tenant = "demo"
}

capabilities {
  enabled_task_drivers  = ["docker", "podman"]
  disabled_task_drivers = ["raw_exec", "exec"]
}
