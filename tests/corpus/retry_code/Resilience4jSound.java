package com.example.kling;

public class PatientCreates {
    private static final Set<Integer> PASSING = Set.of(1302, 1303);

    private final Retry retry = Retry.of("kling", RetryConfig.<Envelope>custom()
        .maxAttempts(8)
        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(Duration.ofSeconds(1), 2.0, 0.5, Duration.ofSeconds(60)))
        .retryOnResult(envelope -> PASSING.contains(envelope.code()))
        .retryExceptions(ConnectException.class)
        .build());

    public Envelope create(CreateBody body) {
        return retry.executeSupplier(() -> client.createTask(body));
    }
}
