package com.example.kling;

public class Poller {
    private static final long TIMEOUT_MS = 600_000;

    public String await(String taskId) throws Exception {
        long start = System.currentTimeMillis();
        while (System.currentTimeMillis() - start < TIMEOUT_MS) {
            JsonNode data = get("/v1/videos/text2video/" + taskId).path("data");
            String status = data.path("task_status").asText();
            if ("SUCCEEDED".equalsIgnoreCase(status)) {
                return data.path("task_result").path("videos").get(0).path("url").asText();
            }
            if ("failed".equals(status)) {
                throw new IllegalStateException(data.path("task_status_msg").asText());
            }
            Thread.sleep(1500);
        }
        throw new TimeoutException(taskId);
    }
}
