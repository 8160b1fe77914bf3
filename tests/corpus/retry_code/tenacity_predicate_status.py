import logging
import requests
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

log = logging.getLogger(__name__)


def is_retryable(exc):
    status = getattr(exc.response, "status_code", None)
    return status in (429, 500, 502, 503, 504)


@retry(
    retry=retry_if_exception(is_retryable),
    wait=wait_random_exponential(multiplier=1, max=60),
    stop=stop_after_attempt(6),
    reraise=True,
)
def create_task(session, payload):
    r = session.post("https://api-singapore.klingai.com/v1/videos/image2video", json=payload, timeout=60)
    if r.status_code >= 400:
        log.warning("kling said %s", r.text)
        raise requests.HTTPError(response=r)
    return r.json()
