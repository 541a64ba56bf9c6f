# Where proxy-api and the workers run. Jobs of tenants never do: the worker's own policy does not reach this namespace.

name        = "quarry"
description = "Quarry's own services"

capabilities {
  disabled_task_drivers = ["raw_exec", "exec"]
}
