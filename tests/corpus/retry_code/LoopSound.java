package com.example.kling;

public class PatientClient {
    private final Semaphore slots = new Semaphore(5, true);

    public Video generate(CreateBody body, String externalId) throws Exception {
        slots.acquire();
        try {
            Task task = create(body, externalId, Instant.now().plus(Duration.ofMinutes(30)));
            return awaitEnd(task.id(), Instant.now().plus(Duration.ofMinutes(20)));
        } finally {
            slots.release();
        }
    }

    private Task create(CreateBody body, String externalId, Instant deadline) throws Exception {
        for (int attempt = 0; Instant.now().isBefore(deadline); attempt++) {
            try {
                Envelope answer = client.post("/text-to-video/kling-3.0", body.withExternalTaskId(externalId));
                if (answer.code() == 0) {
                    return answer.task();
                }
                if (!PASSING.contains(answer.code())) {
                    throw new KlingException(answer);
                }
            } catch (HttpTimeoutException lost) {
                Optional<Task> found = client.findByExternalId(externalId);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            long ceiling = Math.min(60_000L, 1000L << Math.min(attempt, 6));
            Thread.sleep(ThreadLocalRandom.current().nextLong(ceiling));
        }
        throw new TimeoutException(externalId);
    }

    private Video awaitEnd(String id, Instant deadline) throws Exception {
        while (Instant.now().isBefore(deadline)) {
            Task task = client.task(id);
            switch (task.status()) {
                case "succeed", "succeeded" -> { return task.video(); }
                case "failed" -> throw new KlingException(task.message());
                default -> Thread.sleep(ThreadLocalRandom.current().nextLong(8_000, 12_000));
            }
        }
        throw new TimeoutException(id);
    }
}
