package com.example.kling;

@Service
public class KlingCreates {

    @Retryable(retryFor = SlotBusyException.class, maxAttempts = 10,
        backoff = @Backoff(delay = 1000, multiplier = 2, maxDelay = 60000, random = true))
    public String create(CreateBody body) {
        Envelope answer = http.postForObject(base + "/text-to-video/kling-3.0", body, Envelope.class);
        if (answer.getCode() == 1303 || answer.getCode() == 1302) {
            throw new SlotBusyException(answer.getMessage());
        }
        if (answer.getCode() != 0) {
            throw new KlingRefusedException(answer.getCode(), answer.getMessage(), answer.getRequestId());
        }
        return answer.getData().getId();
    }
}
