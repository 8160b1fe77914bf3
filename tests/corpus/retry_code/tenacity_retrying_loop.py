from tenacity import Retrying, stop_after_attempt, wait_exponential

def kling_submit(api, req):
    for attempt in Retrying(stop=stop_after_attempt(7), wait=wait_exponential(min=1, max=30)):
        with attempt:
            return api.create_task(req)
