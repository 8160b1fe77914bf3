import backoff
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry


def make_session():
    session = requests.Session()
    retry = Retry(total=3, backoff_factor=1, backoff_jitter=1, status_forcelist=[502, 503, 504], allowed_methods=["GET"])
    session.mount("https://", HTTPAdapter(max_retries=retry))
    return session


http = make_session()


@backoff.on_exception(backoff.expo, requests.RequestException, max_time=120, max_tries=4)
def query(task_id, headers):
    r = http.get(f"https://api-singapore.klingai.com/tasks?task_ids={task_id}", headers=headers, timeout=15)
    return r.json()["data"]
