package com.example.kling;

@Component
public class KlingJobs {

    public TaskInfo load(String id) throws InterruptedException {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                return query(id);
            } catch (ResourceAccessException e) {
                log.warn("query failed", e);
                Thread.sleep(ThreadLocalRandom.current().nextLong(1000L << attempt));
            }
        }
        throw new IllegalStateException("no answer for " + id);
    }

    @Retryable(retryFor = ResourceAccessException.class, maxAttempts = 4, backoff = @Backoff(delay = 500, multiplier = 2, random = true))
    public TaskInfo query(String id) {
        return rest.getForObject(base + "/tasks?task_ids=" + id, Envelope.class).first();
    }
}
