def poll_status(api, task_id, every=1.0, tries=300):
    for _ in range(tries):
        info = api.query_task(task_id)
        if info["task_status"] == "succeed":
            return info
        if info["task_status"] == "failed":
            raise KlingTaskFailed(info["task_status_msg"])
        time.sleep(every)
