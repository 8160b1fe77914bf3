package com.example.kling;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;

public class KlingService {
    private final RetryConfig config = RetryConfig.custom()
        .maxAttempts(5)
        .waitDuration(Duration.ofSeconds(2))
        .build();
    private final Retry retry = Retry.of("kling", config);

    public String submit(CreateBody body) {
        return retry.executeSupplier(() -> client.createVideo(body));
    }
}
