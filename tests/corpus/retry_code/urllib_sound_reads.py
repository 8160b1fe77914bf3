import os, json, time, random, urllib.request

def get(path):
    req = urllib.request.Request(os.environ["KLING_BASE"] + path, headers={"Authorization": "Bearer " + os.environ["KLING_KEY"]})
    for attempt in range(4):
        try:
            with urllib.request.urlopen(req, timeout=20) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as e:
            if e.code < 500 or attempt == 3:
                raise RuntimeError(e.read().decode())
        except OSError:
            if attempt == 3:
                raise
        time.sleep(random.random() * 2 ** attempt)
