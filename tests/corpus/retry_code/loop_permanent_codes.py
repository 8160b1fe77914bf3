import random, time

RETRYABLE_CODES = {1302, 1303, 1102, 5001}


def create_with_retry(client, body):
    for attempt in range(5):
        answer = client.create_video(body)
        if answer["code"] == 0:
            return answer["data"]["task_id"]
        if answer["code"] not in RETRYABLE_CODES:
            raise KlingError(answer)
        time.sleep(random.random() * min(60, 2 ** attempt))
    raise KlingError(answer)
