"""Limits of every process in a sandbox that has no container around it to set them."""


def set_limits(options):
    try:
        import resource
    except ImportError:
        return
    for name, value in (("RLIMIT_DATA", options.limit_data), ("RLIMIT_NPROC", options.limit_processes), ("RLIMIT_FSIZE", options.limit_file)):
        if value and hasattr(resource, name):
            try:
                resource.setrlimit(getattr(resource, name), (value, value))
            except (OSError, ValueError) as error:
                print("agent: %s could not be set: %s" % (name, error), flush=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
