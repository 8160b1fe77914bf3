package com.example.kling;

public class RetryFactory {

    static Retry create() {
        RetryConfig config = RetryConfig.<HttpResponse<String>>custom()
            .maxAttempts(4)
            .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(Duration.ofSeconds(1), 2.0))
            .retryOnResult(response -> response.statusCode() == 429)
            .retryExceptions(IOException.class, HttpTimeoutException.class)
            .build();
        return Retry.of("kling-create", config);
    }

    static HttpResponse<String> send(HttpClient http, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(BASE + "/v1/videos/text2video"))
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
        return Retry.decorateCheckedSupplier(create(), () -> http.send(request, HttpResponse.BodyHandlers.ofString())).get();
    }
}
