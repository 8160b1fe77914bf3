package com.example.kling;

public class Slots {
    private final Semaphore slots = new Semaphore(5);

    public Video generate(CreateBody body) throws Exception {
        String id;
        slots.acquire();
        try {
            id = client.createTask(body);
        } finally {
            slots.release();
        }
        return client.waitForTask(id, Duration.ofMinutes(20));
    }
}
