package com.example.kling;

@Service
public class KlingGateway {
    private final RestTemplate rest;

    @Retryable(value = {RestClientException.class}, maxAttempts = 5, backoff = @Backoff(delay = 2000))
    public String createTask(Map<String, Object> body) {
        ResponseEntity<Envelope> answer = rest.postForEntity(base + "/v1/videos/text2video", body, Envelope.class);
        return answer.getBody().getData().getTaskId();
    }
}
