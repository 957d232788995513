"""What gunicorn reads by itself where it is started from here; its options on the command line come before."""

workers = 2
threads = 4
control_socket_disable = True


def post_worker_init(worker):
    """Each process does its share of the background work, unless RELAIS_WORK says that workers run apart."""
    from crm.deployment.worker import (
        start_inside,
    )  # settings are read with the application, not before

    start_inside()


def worker_exit(server, worker):
    from crm.deployment.worker import stop_inside

    stop_inside()
