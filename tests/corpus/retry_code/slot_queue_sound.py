import threading

class SlotQueue:
    """FIFO; a ticket is given back when the task has ended."""
    def __init__(self, slots):
        self._cond = threading.Condition()
        self._free = slots

    def __enter__(self):
        with self._cond:
            while self._free == 0:
                self._cond.wait()
            self._free -= 1
        return self

    def __exit__(self, *exc):
        with self._cond:
            self._free += 1
            self._cond.notify()

def render(queue, kling, body):
    with queue:
        task = kling.create(body)
        return kling.wait_until_done(task["id"], timeout=1200)
