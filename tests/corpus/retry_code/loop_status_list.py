def send(job):
    attempt = 0
    while attempt <= 3:
        try:
            res = kling.images.generate(job)
        except KlingAPIError as e:
            if e.status_code in [429, 500]:
                attempt += 1
                sleep(5)
                continue
            raise
        return res
