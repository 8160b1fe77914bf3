# 可灵视频客户端
import requests, time, logging

logger = logging.getLogger("kling")

class KlingClient(object):
    MAX_TRY = 4

    def __init__(self, ak, sk):
        self.ak, self.sk = ak, sk
        self.sess = requests.Session()

    def _request(self, method, path, **kw):
        tries = 0
        while tries < self.MAX_TRY:
            tries += 1
            try:
                r = self.sess.request(method, "https://api-singapore.klingai.com" + path, headers=self._headers(), timeout=15, **kw)
            except (requests.ConnectionError, requests.Timeout) as e:
                logger.warning("try %d: %s", tries, e)
                time.sleep(tries * 2)
                continue
            if r.status_code == 429 or r.status_code >= 500:
                time.sleep(tries * 2)
                continue
            return r.json()
        raise RuntimeError("kling unreachable")

    def text2video(self, **params):
        return self._request("POST", "/v1/videos/text2video", json=params)
